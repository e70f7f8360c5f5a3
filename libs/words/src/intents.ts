/** What a person wants. A product with a budget and no verb ("ps5 unter 400 euro") is a search. */
export const INTENTS = [
  'search',
  'watch',
  'compare',
  'savings',
  'deals',
  'watches',
  'explain',
  'stop',
  'pause',
  'resume',
  'snooze',
  'settings',
  'help',
  'greeting',
  'unknown',
] as const;
export type Intent = (typeof INTENTS)[number];

/** In a rule `‹a|b›` stands for one of these as whole words: `\b` knows ASCII letters only. */
const word = (source: string): RegExp =>
  new RegExp(
    source.replaceAll('‹', String.raw`(?<![\p{L}\p{N}])(?:`).replaceAll('›', String.raw`)(?![\p{L}\p{N}])`),
    'iu',
  );

/** Before a command: "can you please …", "könntest du bitte …", "tolong …", "mere liye …". */
const polite = String.raw`^(?:(?:please|pls|plz|hey|hi|hello|ok|okay|so|just|can|could|would|will|you|u|ya|souk|bitte|kannst|könntest|du|mal|kann|ich|hallo|tolong|mohon|bisa|kamu|coba|kripya|zara|i|want|to|like|need|put|all|my|now),?\s+){0,12}`;
const alerts =
  '(?:alert|alerts|alarm|alarme|preisalarm|preisalarme|watch|watches|watching|tracking|tracker|notification|notifications|benachrichtigung|benachrichtigungen|beobachtung|beobachtungen|notifikasi|pemberitahuan|pantauan|alaram|watchlist|messages|nachrichten|pesan)';

/** In order: the first one that a sentence fits is what it wants. */
const rules: readonly (readonly [Intent, RegExp])[] = [
  // Why something came, or did not.
  ['explain', word(String.raw`‹why|how come|warum|wieso|weshalb|kenapa|mengapa|kyun|kyu|kyon|kyo›.*‹alert|alerted|alerts|alarm|alarms|notif\p{L}*|message|messages|nothing|anything|heard|hear|told|tell|silent|deal|score|ping|pinged|came|come|get|got|sent|nachricht|nachrichten|benachrichtig\p{L}*|nichts|kam|kommt|gemeldet|melde\p{L}*|bescheid|notifikasi|pemberitahuan|kabar|dikabari|diberi|pesan|aaya|aya|mila|bataya|batayi|bheja›`)],
  ['explain', word(String.raw`^(?:but |and |aber |und |so |ok |hey |bot,? )*‹why|how come|warum|wieso|weshalb|weswegen|kenapa|mengapa|kok|kyun|kyu|kyon› `)],
  ['explain', word(String.raw`‹(?:alert|alarm|watch|notification|nachricht|notifikasi)s?›.{0,40}‹why|warum|wieso|kenapa|kyun|kyu|kyon›|‹didn'?t|did not|nicht|never› .{0,20}‹fire|trigger|go off|ausgelöst|angeschlagen›`)],
  ['explain', word(String.raw`${polite}‹explain|erklär\p{L}*|jelaskan|samjhao›`)],
  ['explain', word(String.raw`^(?:why|why not|warum|wieso|kenapa|kyun|kyu)\??$`)],
  ['explain', word(String.raw`‹(?:is|was|are|ist|war|sind)› ‹(?:this|that|it|these|das|dies\p{L}*|der|die|es)› .{0,18}‹real|really|genuine|true|fake|legit|honest|good|actual|echte?r?s?|wirkliche?r?|guter|gute|gutes|fake-?\p{L}*›.{0,12}‹discount|deals?|offers?|price|sale|bargain|rabatt|angebot|preis|schnäppchen›|‹how› .{0,25}‹(?:calculate|calculated|work out|compute|computed|come up with|get|got|arrive at)›.{0,25}‹score|rating|number|price›|‹wie›.{0,25}‹(?:berechne\p{L}*|kommst|kommt|entsteht|ermittel\p{L}*)›.{0,30}‹bewertung|score|punktzahl|punkte|zahl›|‹(?:apakah )?(?:ini|itu)› .{0,12}‹diskon› ‹(?:asli|beneran|palsu|sungguhan)›|‹kya› .{0,12}‹(?:sach|asli|sahi)›.{0,14}‹discount|deal|offer|price›`)],
  ['explain', word(String.raw`‹when did you last check|was the last check|letzte prüfung›`)],

  ['savings', word(String.raw`‹(?:how much|what|wie ?viel|wieviel|was|berapa|kitna|kitne|kitni|total)›.*‹save|saved|saving|savings|spar\p{L}*|gespart|erspart|hemat|dihemat|menghemat|penghematan|bach\p{L}*›`)],
  ['savings', word(String.raw`‹my|meine|total|all|show|mein|meri|mera›.*‹savings|ersparnis|ersparnisse|penghematan|bachat›`)],
  ['savings', word(String.raw`^(?:savings?|ersparnis\p{L}*|penghematan|bachat|saya hemat.*)\??$|‹penghematan saya|did i save|have i saved|habe ich .{0,40}gespart|saya hemat|kitni bachat›`)],

  ['savings', word(String.raw`‹(?:money|anything|geld|summe|uang|paise|paisa|etwas|betrag)›.{0,30}‹saved?|gespart\p{L}*|gesparte\p{L}*|dihemat|hemat|bachaya|bachaye|bache|bachat›|‹gesparte\p{L}*› ‹summe|betrag|geld›|‹i|i'?ve|have|ich|saya|aku|maine|hum ne|humne›.{0,25}‹saved?|gespart|hemat|menghemat|bachaya|bachaye|bachayi›(?! (?:energy|energi|listrik|space|water|strom|the|this|it|a|an|to|for)(?!\p{L}))`)],
  ['savings', word(String.raw`‹paid|pay|bezahlt|bayar› .{0,30}‹(?:less|weniger|lebih murah)›.{0,30}‹usual|usually|normal|üblich|biasa\p{L}*›|‹(?:less|weniger)›.{0,30}‹paid|bezahlt›`)],
  ['compare', word(String.raw`‹compare|comparison|comparing|compared|vergleich\p{L}*|bandingkan|banding|perbandingan|membandingkan|tulna|mukabla|comapre›`)],
  ['compare', word(String.raw`\S\s‹vs\.?|versus|v\/s›\s\S`)],
  ['compare', word(String.raw`‹differences? between|difference of|unterschied\p{L}* zwischen|unterschiede?|perbedaan|beda|bedanya|fark|antar kya›`)],
  ['compare', word(String.raw`‹which›.{0,30}‹better|best|cheaper|or|vs›.*‹or|vs›`)],
  ['compare', word(String.raw`‹better|besser› ‹than|als›|‹was ist besser|welche[rs]? ist besser|bagusan mana|mana yang lebih|lebih bagus mana|pilih mana|mending mana›|‹kaun|kaunsa|kaunsi|konsa|kon› ?(?:sa |si )?‹accha|achha|behtar|better|best|badhiya|acha›(?=.{0,20}$)`)],
  ['compare', word(String.raw`\soder\s.*‹besser›`)],

  ['compare', word(String.raw`\s‹or|oder|atau|ya›\s.{0,60}‹which|welche[rs]?|was|mana|kaun\p{L}*|konsa›.{0,25}‹should|take|buy|better|get|pick|choose|nehmen|kaufen|besser|soll|pilih|bagus|baik|lu|loon|accha|one›`)],
  ['compare', word(String.raw`‹(?:should|soll|sollte|sebaiknya) (?:i|ich|saya|we|wir)(?: lieber)?›.{0,60}\s‹or|oder|atau›\s|‹side by side|head to head|gegenüber|gegenüberstell\p{L}*|pros and cons|vs|mein kya (?:fark|antar)|kya (?:fark|antar)|lebih baik|lebih bagus›(?=.*\s‹or|oder|atau|and|und|dan|aur|vs|mit|with|dibanding|daripada|dari|side›)`)],
  ['resume', word(String.raw`${polite}‹resume|unpause|reactivate|re-?enable|unmute|unsnooze|reaktivier\p{L}*|lanjutkan|aktifkan lagi|continue (?:watching|tracking|alerts?|my)|go on watching|start again|fortsetzen|setze .{0,60}fort|weiter beobachten|wieder aktivieren|phir se (?:chalu|shuru)|dobara (?:chalu|shuru)|turn .{0,40}back on›`)],
  ['resume', word(String.raw`‹fortsetzen|wieder (?:an|aktivieren|einschalten|starten|melden)|start (?:the |my |all )?(?:alerts?|watching|tracking|messages|notifications) again|(?:alerts?|messages|notifications|watching) again|aktifkan (?:kembali|lagi)|mulai lagi|nyalakan lagi|wapas (?:chalu|shuru|on)|back on|switch .{0,40}on again|weiter machen|weitermachen|mach weiter|entpausieren|phir se chalu|dobara chalu›`)],
  ['snooze', word(String.raw`‹snooze|snoozed|erst (?:morgen|später|nächste\p{L}*|am|in|wieder)|(?:morgen|später) (?:nochmal|wieder|noch einmal)|wieder erinnern|schlummern|schlummer|erinner\p{L}* mich|tunda|tundakan|yaad dil\p{L}*|remind me (?:again|later|tomorrow|next|in|on|about)|not now|later please|ask (?:me )?(?:again )?later|ask me again|maybe later|nicht jetzt|jetzt nicht|frag (?:mich )?(?:später|morgen|nochmal)|baad mein|baad me|abhi nahi|nanti lagi|jangan sekarang|leave me alone for|don'?t (?:bother|disturb) me (?:for|until|till)|ruhe bis|später erinnern|ingatkan (?:saya )?(?:lagi|nanti|besok)|nanti saja›`)],
  ['snooze', word(String.raw`‹(?:\d{1,2}|eine?n?|zwei|drei|a|one|two|satu|dua|ek|do)› ‹(?:stunden?|tage?|wochen?|monate?|hours?|days?|weeks?|jam|hari|minggu|ghante|din|hafte) (?:lang )?(?:ruhe|pause|peace|quiet|silence|tenang|shanti)›`)],
  ['snooze', word(String.raw`‹mute|silence|quiet(?! hours)|stumm\p{L}*|senyapkan|be quiet|shut up›.*‹for|until|till|bis|für|selama|sampai|tak|this|days?|hours?|week|tage?n?|stunden?›(?!.*\d:\d)(?!.*(?<!\p{L})hours from)`)],
  ['pause', word(String.raw`${polite}‹pause|pausier\p{L}*|jeda|jedakan|halt|suspend|hold off|anhalten›(?! (?:button|menu))`)],
  ['pause', word(String.raw`‹pausieren|take a break|need a break|mach (?:mal )?pause|pause machen|eine pause|istirahat dulu|for a while|kuch der ke liye|thode din|stop (?:all )?(?:alerts|messages|notifications) for|on hold|anhalten|thodi der|rok do|rok dijiye|rokna|jeda(?:kan)? ${alerts}|matikan sementara|sementara berhenti|aussetzen›`)],
  ['stop', word(String.raw`^(?:please |pls |bitte )?(?:stop|stopp|unsubscribe|halt|aufhören|berhenti|band karo|bas|cancel|abmelden|ruko)(?: (?:it|this|that|them|all|alle|alles|please|pls|bitte|everything|now|ini|semua|sab))*[.!]*$`)],
  ['stop', word(String.raw`‹stop|quit|end|cancel|delete|remove|(?<!price )drop|kill|turn off|disable|erase|get rid of|unsubscribe from|beende\p{L}*|lösch\p{L}*|entfern\p{L}*|stoppe?|stornier\p{L}*|hapus|hapuskan|berhenti\p{L}*|hentikan|batalkan|matikan|hatao|hata|hatana|hatado|band|delete› .{0,80}‹${alerts}|track|pantau|memantau|watching|from my list|from my watchlist|karo|kar|beobacht\p{L}*›`)],
  ['stop', word(String.raw`‹${alerts.slice(3, -1)}› .{0,40}‹hatao|hata do|hata|band karo|band kar do|band(?=[.!]*$)|delete|remove|löschen|beenden|entfernen|hapus|mat bhejo|(?<!(?:\d|%|percent|prozent|persen|euros?|dollars?|rupees?|bucks) )off›`)],
  ['stop', word(String.raw`‹don'?t|do not|no longer|nicht mehr|nicht länger|keine|no more|kein|jangan|mat|tidak usah|gak usah›.{0,60}‹watch|track|alert|alerts|alerting|notify|tell|message|messages|messaging|beobachten|benachrichtigen|benachrichtigungen|nachrichten|alarme|pantau|kabari|kirim|batao|bhejo|follow›`)],
  ['stop', word(String.raw`${polite}‹stop|quit› ‹watching|tracking|following|alerting|notifying|telling|sending|it|this|that|these|the|all|messages|alerts›|${polite}‹stop|delete|remove|cancel› ‹this|that|it|the|my›`)],
  ['stop', word(String.raw`‹beobacht\p{L}*|überwach\p{L}*|verfolg\p{L}*|tracke?›.{0,60}‹nicht (?:mehr|länger|weiter)›`)],
  ['stop', word(String.raw`‹unsubscribe|untrack|unwatch|unfollow›`)],

  ['stop', word(String.raw`‹(?:take|kick|throw|nimm|wirf|werf|schmei(?:ß|ss)\p{L}*|streich\p{L}*|remove|keluar(?:kan|in)|buang|copot)›.{1,60}‹off (?:my|the)|from (?:my|the)|von (?:der|meiner)|aus (?:der|meiner)|dari› ?.{0,12}‹list|watchlist|liste|beobachtungsliste|merkliste|wunschliste|wishlist|daftar|pantauan›|‹(?:i )?(?:already )?(?:bought|got) (?:it|one|that)(?: already)?›$|‹(?:don'?t|do not|no longer) (?:need|want)›.{1,40}‹any ?more|any longer|now›|‹no longer (?:need|want|interested)|not interested|never mind|nevermind|forget (?:it|about)|brauch\p{L}* (?:ich |das |es )*nicht mehr|nicht mehr nötig|kein interesse|vergiss|schluss mit|rehne do|ab nahi chahiye|nahi chahiye ab|gak jadi|tidak jadi|tidak perlu lagi|gak perlu lagi|sudah tidak perlu|clear (?:all|my|every)|delete (?:all|every)\p{L}*|alle(?:s)? löschen|hapus semua|sab (?:delete|hata)›`)],
  ['watch', word(String.raw`${polite}‹add|put|save|füge|setze|tambahkan|masukkan|simpan›.{1,80}‹watch ?list|list|watches|alerts|beobachtungsliste|merkliste|liste|pantauan|daftar›`)],
  ['watches', word(String.raw`‹(?:list|show|see|view|display|give|what|which|all|my|zeig\p{L}*|liste|meine|welche|was|alle|daftar|lihat|tampilkan|semua|apa|mere|meri|mera|sab)›.{0,40}‹(?:watches|watchlist|watch list|alerts|preisalarme?|beobachtungen|beobachtungsliste|merkliste|pantauan|alarme|alarm saya|tracked|tracking list|trackings|trackers)›(?!.{0,12}‹for|für|on hold|band|off›)`)],
  ['watches', word(String.raw`‹(?:am i|i'?m|do i|i am|we) (?:currently |now )?(?:watching|tracking|track|watch|following)›|‹beobachte ich|ich beobachte|yang saya pantau|saya pantau|kya track|pantauan saya|watchlist (?:dikhao|zeigen|anzeigen)›`)],
  ['watches', word(String.raw`^(?:(?:show |zeig |zeige |lihat |display |open |see )?(?:me )?(?:my|the|meine|mir meine|meri|mera) (?:list|liste|alarms?|watches|trackers?)|how many (?:alerts|watches|products|items).*|wie viele (?:alarme|beobachtungen|produkte|preisalarme).*|berapa (?:banyak )?(?:pantauan|alarm).*|(?:was|what) (?:überwachst|beobachtest|verfolgst|do you watch|are you watching|are you tracking|do you track).*|kitne alerts.*|(?:my )?(?:watches|watchlist|alerts|tracked products)|beobachtungen|pantauan|daftar pantauan|meine liste)\??$`)],

  ['settings', word(String.raw`^(?:open |show |my )?(?:settings?|preferences|einstellungen?|pengaturan|setelan|options|setting(?:s)? (?:kholo|dikhao)|sprache|language|bahasa|currency|währung|mata uang|quiet hours|ruhezeit(?:en)?|jam tenang|zeitzone|time ?zone)$`)],
  ['settings', word(String.raw`‹(?:change|set|switch|use|update|stell\p{L}*|änder\p{L}*|umstell\p{L}*|wechs\p{L}*|ganti|ubah|setel|atur|badlo|badal\p{L}*|stelle)›.{0,50}‹(?:language|currency|quiet hours|do not disturb|time ?zone|settings?|digest time|frequency|minimum score|sprache|währung|ruhezeit\p{L}*|zeitzone|einstellung\p{L}*|bahasa|mata uang|jam tenang|zona waktu|bhasha|notification settings)›|‹(?:sprache|währung|bahasa|bhasha|currency|language|quiet hours|ruhezeit\p{L}*|zeitzone|mata uang)›.{0,50}‹(?:stell\p{L}*|umstell\p{L}*|änder\p{L}*|wechseln|badlo|badal\p{L}*|change|to|auf|ke|ganti|ubah|from|von|set)›`)],

  ['settings', word(String.raw`${polite}(?:(?:only|just|nur|hanya|sirf|notify|tell|me|mich|mir|for|about|bei|über|melde|dich|send|deals?|alerts?|messages|nachrichten|with|mit|a|an|einer|und|of)\s){0,12}‹scores?|deal score|rating|bewertung(?:en)?|skor›\s(?:\p{L}+\s){1,3}\d{1,3}(?:\s?(?:or more|or higher|oder mehr|points|punkte|%))?[.!]*$`)],
  ['settings', word(String.raw`‹digest|summary|round-?up|newsletter|zusammenfassung|übersicht|ringkasan|rangkuman›.{0,30}‹daily|weekly|every|each|at \d|um \d|täglich\p{L}*|wöchentlich\p{L}*|jeden|jede|montags?|morgens|setiap|tiap|harian|mingguan|roz|har›|‹daily|weekly|every|each|täglich\p{L}*|wöchentlich\p{L}*|jeden|jede|setiap|tiap|roz|har›.{0,30}‹digest|summary|round-?up|newsletter|zusammenfassung|übersicht|ringkasan|rangkuman›|${polite}‹auf|in|pakai|dalam› ‹deutsch|englisch|english|german|hindi|indonesia|bahasa indonesia›[.!?]*$|‹(?:only|just|at most|max(?:imum|imal)?|no more than|nur|nur noch|höchstens|cukup|maksimal)› ‹(?:\d+|one|two|three|eine?|zwei|drei|satu|dua)› ‹(?:alerts?|messages?|notifications?|nachricht(?:en)?|meldung(?:en)?|benachrichtigung(?:en)?|notifikasi|pesan)›.{0,4}‹per|a|pro|am|je|each|every|per|sehari|se-?hari|din› ?.{0,10}$`)],
  ['settings', word(String.raw`‹prices? in|preise in|harga dalam|show (?:me )?prices in|zeig\p{L}* preise in› ‹\p{L}+›$|‹speak|talk|answer|antworte|sprich|rede|bicara|jawab|bolo› (?:to me )?(?:bitte )?(?:in |auf |dalam |pakai |)‹english|german|deutsch|englisch|hindi|indonesian?|indonesisch|bahasa|french|spanish›|‹(?:english|german|deutsch|englisch|hindi|indonesia) (?:please|bitte|tolong|mein|me)›|‹(?:mach|set|make|use)›.{0,20}‹sprache|language|bahasa|währung|currency›|‹(?:only )?(?:once|twice) (?:a|per) (?:day|week)|nur (?:einmal|noch)? ?(?:täglich|am tag|wöchentlich)|nachts (?:nicht|keine|ruhe)|not at night|no messages at night|don'?t disturb me (?:at|between|from)|do not disturb|nicht stören|jangan ganggu|raat ko (?:mat|nahi)|mute at night|minimum score|mindestscore›`)],
  ['settings', word(String.raw`‹(?:turn|switch) (?:on|off)|enable|disable|aktivier\p{L}*|deaktivier\p{L}*|schalte?|einschalten|ausschalten|nyalakan|aktifkan|matikan›.{0,30}‹quiet hours|night mode|digest|daily summary|weekly summary|ruhezeit\p{L}*|zusammenfassung|jam tenang|insights?›|‹(?:quiet hours|ruhezeit\p{L}*|digest|jam tenang)›.{0,30}‹on|off|an|aus|einschalten|ausschalten|aktif|mati›`)],
  ['deals', word(String.raw`^(?:show (?:me )?|any |the |list |what are the |zeig\p{L}* (?:mir )?|alle? |die )*(?:biggest |best |latest |recent |größte\p{L}* |neueste\p{L}* )?(?:price drops?|preissenkungen|preisstürze|penurunan harga)(?: (?:today|this week|this month|now|right now|please|lately|heute|diese woche|diesen monat|gerade|bitte|hari ini|minggu ini))*[?.!]*$`)],
  // Tell me when …
  ['watch', word(String.raw`‹(?:tell|notify|alert|ping|inform|message|text|warn|wake|remind|email|mail|buzz|poke|let|update|dm|call|signal|hit|drop|send|give) (?:me|us)(?: know| up| a (?:heads[ -]up|line|message|note|shout|signal|sign|ping|text|mail|call)| an (?:alert|email|update))?›(?=.{0,60}‹when|if|once|the (?:moment|minute|second|instant)|as soon|whenever|about|for|on|below|under|know|drops?|price|stock|at|cheaper›)|‹(?:notify|alert|ping|inform|warn) (?:me|us)›|(?<=[:,] ?)‹notify|alert|watch|track›|‹notify|alert› ‹below|under|at|on|when|if|once|for›`)],
  ['watch', word(String.raw`‹(?:let me know|give me a shout|keep me (?:posted|updated|informed)|keep an eye|keep tabs|keep track|keep watching|be notified|get notified|be alerted|get an alert|want an alert|need an alert|set (?:an? |up an? )?(?:price )?(?:alert|alarm|watch)|create (?:an? )?(?:price )?(?:alert|alarm|watch)|make (?:an? )?(?:price )?(?:alert|watch)|(?:to|on) my (?:watch ?list|list|watches)|price (?:alert|alarm|watch|drop)s?|alert when|alert if|notify when|notify if|inform me|start (?:watching|tracking)|alarm (?:wenn|bei|if|when|für))›`)],
  ['watch', word(String.raw`‹when(?:ever)?|if|once|as soon as|until|wenn|sobald|falls|bis|kalau|jika|bila|ketika|begitu|jab|agar|jaise hi›.{0,80}‹drops?|dropped|cheaper|falls?|falling|goes down|lower|restocks?|restocked|in stock|back in stock|available again|discounted|on sale|on offer|günstiger|billiger|sinkt|fällt|reduziert|lieferbar|verfügbar|im angebot|wieder da|auf lager|turun|lebih murah|ready|restock|tersedia|diskon|promo|sasta|saste|sasti|girega|gire|kam ho|kam hua|stock mein|stock me|available|utre›`)],
  ['watch', word(String.raw`‹(?:want|like|love|need|would like|möchte|will|wüsste|würde|ingin|mau|pengen) (?:gerne? |to |tahu |tau )?(?:know|hear|wissen|erfahren|hören|tahu|tau|kabar)›.{0,60}‹when|if|once|wenn|sobald|falls|kalau|jika|kapan›|‹(?:look ?out for|be on the lookout|wait(?:ing)? (?:for|until|till)|stay on top of|subscribe to|halt\p{L}* ausschau|wart\p{L}* (?:auf|bis)|merk dir|nachricht (?:wenn|bei|sobald)|alarm (?:setzen|einrichten|anlegen|erstellen)|alarm an (?:wenn|bei)|sagen wenn|bilang kalau|bilangin|info kalau|infoin kalau|notifikasi (?:jika|kalau|saat)|tunggu sampai|tungguin|price tracker|price watch|preisbeobachtung|preis beobachten|watch for|alert lagao|alert laga do|alert set karo|alarm laga\p{L}*|nazar rakh\p{L}*)›|‹monitor (?:the |this |that |my |its )?(?:price|product|item|page|link)›|‹monitor (?:this|that|it)›`)],
  ['watch', word(String.raw`‹when|if|once|wenn|sobald|falls|kalau|jika|jab|agar› (?!possible|möglich|bisa|you can|es geht|ho sake).{0,60}‹below|under|beneath|less than|at most|unter|weniger als|höchstens|di ?bawah|kurang dari› \S{0,4}\d|‹aate hi|hote hi|girte hi|begitu|aane par|hone par› .{0,30}‹bata\p{L}*|alert|notify|message|inform|kabari|kasih|infokan›`)],
  ['watch', word(String.raw`${polite}‹watch›(?= )(?! (?:for (?:men|women|kids|boys|girls|him|her)|band|bands|strap|straps|case|box|winder|charger|stand|dogs?|repair|tools?|face|gold|black|silver|under|below|with|battery)(?!\p{L}))`)],
  ['watch', word(String.raw`${polite}‹track|monitor (?:the )?(?:price|this|that|it)|follow (?:this|that|the|it)|observe|add›(?= )(?! (?:pants?|suits?|lights?|lighting|shoes|spikes|jackets?|rail|rails|saw|shorts|ball|bike|shelf))`)],
  ['watch', word(String.raw`‹bescheid|benachrichtig\p{L}*|meld dich|melde dich|dich melden|melden wenn|informier\p{L}*|preisalarm|beobacht\p{L}*|im auge|behalte|behalten|erinnere mich wenn|verfolge|tracke|überwach\p{L}*|sag mir,? (?:wenn|sobald|falls)|schreib mir|gib mir (?:ein )?(?:zeichen|laut)›`)],
  ['watch', word(String.raw`‹kabari|kabarin|kabarkan|beri ?tahu|beritahu|kasih ?tau|kasih ?tahu|kasi ?tau|infokan|infoin|pantau|pantaukan|awasi|ingatkan (?:saya|aku|kalau|jika|kami)|notif (?:saya|aku|kalau|jika)|pasang alarm|pasang alert|buat alarm|beritahukan|tolong kabari|ingetin›`)],
  ['watch', word(String.raw`‹(?:alert karo|alert karna|alert kar dena|alert bhejo|notify karo|notify karna|inform karo|inform karna|suchit karo|message karo|message karna|khabar karna|khabar do|nazar rakho|nazar rakhna|track karo|track karna|watch karo)›.{0,8}$`)],
  ['watch', word(String.raw`‹(?:jab|agar)›.{0,60}‹(?:ho jaye|ho jae|ho|aaye|aae|aa jaye|gire|giray|utre|mile)›.{0,30}‹(?:batao|batana|bata|alert|notify|inform|message|btao|btana)›|‹ho|aaye|aayega|aajaye|jaye|jae|gire|girne|hone|utre|kam ho|kam hua|mile|stock|jab|agar›.{0,50}‹bata|batao|batana|btana|btao|batayein|bataiye|bata dena›`)],
  ['watch', word(String.raw`‹(?:when|once|if|as soon as) (?:it|this|that|the price|price|they)(?:'s| is| are)? (?:drops?|falls?|goes|gets|hits|reaches|is|comes?|under|below|cheaper|back|on sale)›`)],
  ['watch', word(String.raw`^‹(?:price )?(?:drops?|falls|goes) (?:below|under|to)›`)],

  ['deals', word(String.raw`‹(?:best|top|good|hot|great|hottest|biggest|any|today'?s|todays|latest|current|daily|weekly|new|show|see|list|me|all|find)› (?:\S+ ){0,2}‹deals?|offers|bargains?|discounts?|promos?|promotions|sales|specials|steals›`)],
  ['deals', word(String.raw`‹deals|bargains|angebote|schnäppchen|promo|promosi|diskon|deals?› .{0,30}‹today|tonight|now|right now|this week|week|heute|des tages|der woche|woche|jetzt|gerade|hari ini|sekarang|minggu ini|aaj|of the day|for today|terbesar|terbaik›|‹what'?s on (?:sale|offer)|on sale today|anything on sale|aaj ke|aaj ki|aaj ka› .{0,30}|‹beste angebote|gute angebote|aktuelle angebote|top angebote|rabattaktionen|promo apa|ada promo|ada diskon|promo hari ini|diskon hari ini|badi chh?oot|sabse badi|sabse sast[aei] (?:deals?|offers?|cheez\p{L}*)|koi (?:accha |acha |achha |acchi |achhi |achi |badhiya |mast )?(?:offer|deal|discount|sale)|was ist (?:heute |gerade |jetzt )?(?:im angebot|reduziert|günstig)|irgendwelche .{0,12}(?:deals|angebote|rabatte)|anything (?:good|cheap|interesting) (?:today|now)|what'?s (?:cheap|good|new) today|lowest prices today|price drops today|loot deals?|lagi (?:ada )?(?:diskon|promo)|ada (?:diskon|promo|obral)|barang (?:murah|diskon) hari ini|rabatte heute|obral hari ini|todays? price drops|biggest price drops|größte preissenkungen|gibt es (?:angebote|schnäppchen|rabatte?)|tagesangebote?›`)],
  ['deals', word(String.raw`^(?:show (?:me )?)?(?:deals?|digest|angebote?|schnäppchen|promo|diskon|offers?|bargains?|daily digest|weekly digest|zusammenfassung|newsletter|the digest|specials)\??$|^(?:\S+ ){1,3}‹deals|angebote|schnäppchen›\??$|what'?s on (?:sale|offer)`)],

  ['help', word(String.raw`^(?:info|about|über|tentang|faq|how\?*|wie\?*|gimana\?*|kaise\?*|help|help me|help please|hilfe|bantuan|tolong|madad|madad karo|\?+ help|i need help|ich brauche hilfe|butuh bantuan|commands|befehle|menu|menü|start|mujhe madad chahiye|help chahiye)[.!?]*$`)],
  ['help', word(String.raw`‹what (?:can|do|could) (?:you|i)(?: even| actually)? (?:do|ask|say)|what are you|who are you\??$|how (?:does|do) (?:this|it|you|that|souk|i use) ?(?:work|this|it|you)?|how (?:to|can i|do i|do you) (?:use|set|add|make|create|start|begin|work)|user guide|tutorial|instructions|anleitung|panduan|petunjuk|what (?:commands|features)|welche (?:befehle|funktionen)|was geht hier|wie (?:benutz\p{L}*|verwend\p{L}*|nutz\p{L}*|bedien\p{L}*) (?:man|ich)|wie kann ich|how is this used|fitur apa|ngapain aja|kaise kaam|what is (?:this|souk)|was kannst du|was machst du|wie funktioniert|wie geht das|wie benutze|wie verwende|was bist du|bagaimana cara|cara (?:pakai|pakainya|kerja|menggunakan|guna)|gimana cara|apa yang bisa|bisa apa|kamu bisa apa|kaise (?:use|kaam|chalta|chalaye|istemal)|kya kya kar|kya kar sakte|kya kar sakta|kya karte ho|madad karo|madad kijiye›`)],

  ['greeting', word(String.raw`^(?:(?:hi+|hello+|hey+|heya|yo|hiya|howdy|hallo+|hi there|hey there|hello there|moin|servus|grüß gott|grüezi|guten (?:tag|morgen|abend)|gute nacht|good (?:morning|afternoon|evening|night|day)|halo+|hai|selamat (?:pagi|siang|sore|malam)|assalamualaikum|salam|namaste|namaskar|namaskaar|pranam|hola|bonjour|thanks?|thank you|thank u|thx|ty|cheers|danke(?: schön| sehr)?|vielen dank|terima ?kasih|makasih|trims|shukriya|dhanyavad|dhanyawad|bye|goodbye|tschüss|dadah|alvida|ok|okay|great|super|cool|nice|there|souk|bot|ji|bhai|kak|gan|min|so much|very much|a lot|again|everyone|all|banyak|how are you|wie geht'?s|apa kabar|kaise ho|kya haal hai|du|dir)[\s,.!?]*){1,8}$`)],
]; // prettier-ignore

/** What the words of a sentence ask for, by rules alone; undefined where no rule speaks. */
export function intentNamed(text: string): Intent | undefined {
  return rules.find(([, pattern]) => pattern.test(text))?.[0];
}

/** Words that rules know, so that nobody takes them for a slip. */
export const commandWords = (): string[] =>
  rules.flatMap(([, pattern]) => pattern.source.replaceAll(/\\p\{\p{L}\}/gu, ' ').match(/\p{L}{4,}/gu) ?? []);

const searching = word(
  String.raw`‹(?:find|search|look|looking|show|get|buy|need|want|recommend|recommendation|suggest|suggestion|which|any|best|cheap|cheapest|price of|have|sell|options|ideas|gift|gifts|suche|such|finde|zeig\p{L}*|brauche|kaufen|kauf|möchte|empfiehl|empfehlung|günstig\p{L}*|billig\p{L}*|welche[rsn]?|gibt es|habt ihr|cari|carikan|cariin|mencari|rekomendasi|rekomendasikan|butuh|beli|mau|ada|murah|termurah|terbaik|chahiye|chaahiye|chahie|dikhao|dikha|dhundo|dhoondo|khareedna|kharidna|lena|suggest karo|batao|bataiye|sasta|saste|sasti|accha|acha)›`,
);
export const isSearching = (text: string): boolean => searching.test(text);

/** Sentences about the speaker or the world, when nothing in them is for sale. */
const chatting = word(
  String.raw`^(\S+)(?: \1)+$|^(?:lol|haha\p{L}*|hehe\p{L}*|hmm+|wow|omg|wtf|yes|no|yeah|nope|ja|nein|doch|ya|tidak|gak|haan|nahi|test|testing)[\s!.?]*$|^(?:(?:who|where|when|how) ‹is|are|was|were|do|does|did|old|will›|i (?:love|hate|am|was|think|feel|miss|know)|you (?:are|were)|he |she |they |we (?:are|were)|it is |it was |the \p{L}+ (?:is|are|was) |what(?:'s| is) the (?:time|weather|capital|meaning|date)|what time|how are you|what(?:'s| is) your|was ist die hauptstadt|wie (?:spät|alt|heißt)|siapa (?:kamu|nama)|jam berapa|tell a joke|sing |ich (?:liebe|hasse|bin|war|denke)|du bist|das wetter|aku (?:cinta|sayang|sedih)|main (?:hoon|tum)|tum kaun|mausam)`,
);
export const isChatting = (text: string): boolean => chatting.test(text);
