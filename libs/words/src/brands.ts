/** Makers that people name; a bare one is already a search. */
export const brands: ReadonlySet<string> = new Set(
  `apple samsung google sony microsoft nintendo lenovo dell asus acer msi razer gigabyte huawei xiaomi redmi poco oneplus
  oppo vivo realme motorola nokia nothing honor infinix tecno lava micromax itel jbl bose sennheiser beats anker soundcore
  boat noise logitech corsair hyperx steelseries keychron canon nikon fujifilm panasonic olympus gopro dji garmin fitbit
  amazfit casio fossil titan fastrack seiko philips bosch siemens miele dyson roborock irobot roomba delonghi krups jura
  nespresso breville ninja kitchenaid tefal whirlpool haier godrej voltas daikin bajaj prestige havells crompton usha
  hisense toshiba sharp polytron cosmos maspion miyako aoc benq viewsonic lg tcl vizio grundig medion aeg bauknecht liebherr
  beko gorenje severin kärcher makita dewalt stihl einhell parkside nike adidas puma reebok asics skechers converse vans
  levis zara lacoste gucci prada lego playmobil hasbro mattel ikea wayfair nvidia amd intel crucial kingston sandisk seagate
  western wd tplink netgear fritzbox avm epson brother kindle kobo tolino sonos marshall yamaha roland fender gibson herman
  michelin continental bridgestone hero honda yamaha suzuki tata mahindra hyundai toyota maruti bmw audi mercedes volkswagen
  rolex omega tissot citizen orient hp bata woodland crocs birkenstock oralb braun gillette wmf fissler zwilling tupperware
  philipps xbox playstation`
    .split(/\s+/u)
    .filter(Boolean),
);
