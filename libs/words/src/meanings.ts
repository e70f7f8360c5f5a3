import { phrases } from './spoken-text.ts';

/** Words and short phrases of one meaning, in the languages that are understood. */
const meaning = (list: string): RegExp =>
  phrases(
    list
      .split(/[,\n]/u)
      .map((phrase) => phrase.trim())
      .filter(Boolean),
    'iu',
  );

/** Courtesies and particles: they change nothing about what is wanted. */
export const particles = `please, pls, plz, bitte, mal, doch, eben, halt, tolong, mohon, dong, donk, ya, yah, sih, deh, nih, kok, kak, bang, gan,
  min, mas, mbak, bro, bruh, bhai, yaar, yar, ji, na, re, arre, are, mate, zusammen, leute, everybody, man, dude, buddy, guys, folks, there, everyone, all, so, very, much,
  a lot, lots, sehr, schön, dir, euch, dich, banyak, bahut, sangat, really, again, souk, bot, friend, freund, teman, dost, sir, madam`;

export const meanings = {
  thanks:
    meaning(`thanks, thank you, thank u, thankyou, thx, thnx, tnx, ty, tysm, cheers, much appreciated, appreciate it, danke, dankeschön,
    vielen dank, merci, makasih, makasi, trims, terima kasih, terimakasih, shukriya, shukria, dhanyavad, dhanyavaad, dhanyawad, great job, good job,
    well done, good bot, gut gemacht, mantap, badhiya, shabash, awesome, perfect, prima, super, klasse, toll, nice, cool, great`),
  hello:
    meaning(`hi, hello, hey, heya, hiya, howdy, yo, hallo, hallöchen, halo, hai, moin, servus, tach, grüezi, namaste, namaskar, salam, salaam,
    assalamualaikum, good morning, good afternoon, good evening, good night, gm, gn, morning, evening, guten morgen, guten tag, guten abend, gute nacht,
    selamat pagi, selamat siang, selamat sore, selamat malam, pagi, siang, malam, shubh prabhat, suprabhat, shubh ratri, ram ram, sat sri akal,
    how are you, how's it going, hows it going, what's up, whats up, sup, wie geht's, wie gehts, wie geht es dir, apa kabar, kaise ho, kya haal hai,
    kya haal, bye, goodbye, see you, see ya, tschüss, tschau, ciao, bis bald, bis dann, dadah, sampai jumpa, alvida, phir milenge`),
  help: meaning(`was kann ich hier machen, was kann ich hier tun, was kann man hier machen, was kann ich machen, what can i do here, apa yang bisa aku lakukan,
    main kya kar sakta hu, help, hilfe, hilf, helfen, hilfst, bantuan, bantu, bantuin, madad, sahayata, assist, assistance, support, sos, commands, befehle,
    perintah, instructions, anleitung, petunjuk, panduan, tutorial, guide, manual, i'm lost, im lost, stuck, confused, bingung, samajh nahi aaya,
    verstehe nicht, komm nicht klar, komme nicht klar, komme nicht weiter, komm nicht weiter, cara pakai, cara pake, cara pakenya, pakenya, don't understand, dont understand, gak ngerti, tidak mengerti`),
  saved:
    meaning(`save, saved, saves, saving, savings, gespart, erspart, eingespart, ersparnis, ersparnisse, sparte, hemat, ngirit, menghemat, dihemat,
    penghematan, terhemat, bachat, bachaya, bachaye, bachayi, bacha, bache, bachat hui, fayda, faayda, fayada, munafa, eingesparte`),
  period:
    meaning(`month, months, week, weeks, year, years, today, so far, till now, until now, up to now, ever, overall, in total, altogether, total,
    since, last, monat, monaten, woche, jahr, heute, bisher, bislang, insgesamt, schon, seit, letzten, letzte, bulan, minggu, tahun, hari ini, sejauh ini,
    selama ini, sampai sekarang, sudah, udah, mahine, mahina, saal, hafte, aaj, abhi tak, ab tak, kul, how much, wie viel, wieviel, berapa, kitna, kitne,
    kitni, report, overview, bericht, laporan, statistik, stats, amount, quarter, betrag, did, have i, has, my, mein, meine, mera, meri, money, geld, uang, duit, paisa, paise`),
  deal: meaning(`deal, deals, offer, offers, bargain, bargains, discount, discounts, discounted, promo, promos, promosi, promotion, promotions, diskon,
    diskonan, obral, schnäppchen, angebot, angebote, angeboten, sonderangebot, sonderangebote, rabatt, rabatte, rabattaktion, rabattaktionen, preisknaller,
    clearance, markdown, markdowns, price drops, price drop, preissturz, preissenkung, preissenkungen, loot, chhoot, chhut, flash sale, penawaran, tawaran, steals, what's hot, whats hot, hot right now, hottest, im angebot, on sale, im sale,
    cuci gudang, potongan harga, black friday, cyber monday, prime day, reduziert, reduced, sale chal`),
  alert:
    meaning(`alert, alerts, alarm, alarms, alarme, alarmen, preisalarm, preisalarme, notification, notifications, notif, notifs, benachrichtigung,
    benachrichtigungen, benachrichtigen, benachrichtigst, benachrichtige, meldung, meldungen, nachricht, nachrichten, notifikasi, notifikasinya, pemberitahuan,
    pesan, messages, message, pings, watch, watches, watching, tracking, tracker, beobachten, beobachtung, beobachtungen, pantauan, memantau, pantau, updates,
    sending, texting, messaging, notifying, pinging, bugging, spamming, spam, nerven, schreiben, kirim, ngabarin`),
  tracked:
    meaning(`track, tracked, tracking, watch, watching, watched, monitor, monitoring, monitored, following, observing, beobachtest, beobachtet,
    beobachte, beobachten, überwachst, überwacht, verfolgst, verfolgt, pantau, dipantau, memantau, nazar, alerts, alarms, watches, alarme, preisalarme,
    beobachtungen, pantauan, my list, meiner liste, meine liste, meri list, daftar saya, daftarku, watchlist, merkliste, beobachtungsliste`),
  asked:
    meaning(`what, which, how many, what all, list, show, see, view, was, welche, welches, wie viele, zeig, zeige, liste, apa, apa saja, apa aja,
    yang mana, berapa, lihat, tampilkan, daftar, kya, kya kya, kaun, kaunse, kaun kaun, kitne, dikhao, dikha, batao, steht, stehen`),
  enough:
    meaning(`stop, stopp, enough, no more, no longer, quit, cease, anymore, any more, don't want, dont want, do not want, don't need, dont need,
    hör auf, hört auf, aufhören, hör bitte auf, schluss, genug, reicht, nicht mehr, keine weiteren, will keine, möchte keine, brauche keine, lass es,
    berhenti, hentikan, setop, cukup, gak mau, ga mau, nggak mau, tidak mau, gak usah, ga usah, tidak usah, jangan, gak perlu, tidak perlu, band karo,
    band kar, bandh karo, band kardo, nahi chahiye, nahin chahiye, mat bhejo, mat bhejna, mat karo, bas karo, hata do, hatao, hata, hapus, delete, remove`),
  meanwhile:
    meaning(`for now, for the moment, for a bit, for a while, a while, until further notice, till further notice, until i say, till i say, temporarily,
    temporary, bis auf weiteres, vorerst, erstmal, erst mal, fürs erste, vorübergehend, zeitweise, für eine weile, kurzzeitig, dulu, sementara, sementara waktu,
    filhal, fil haal, abhi ke liye, seminggu, sebulan, sehari, beberapa hari, beberapa minggu, kuch din, kuch dino, kuch der, thodi der, thode din, thode time, kuch time, kuch samay, give it a rest, a rest, for a bit, give me a break, vacation, holiday, urlaub, liburan, cuti, chutti`),
  silence:
    meaning(`pause, pausiere, pausieren, mute, muted, silence, hush, quiet, freeze, suspend, hold, stumm, stummschalten, ruhe, jeda, hening, senyap,
    bisukan, chup, rok, roko, rok do, rok dena, matiin, diemin, stopin, stop, stopp, stoppe, berhenti, hentikan, matikan, band, aussetzen, aus, off, don't send, do not send`),
  onceMore: meaning(
    `again, back, wieder, weiter, erneut, lagi, kembali, wapas, vapas, phir se, fir se, dobara, once more`,
  ),
  turnedOn:
    meaning(`start, restart, resume, continue, loslegen, fortfahren, carry on, go on, turn on, switch on, on, activate, enable, unmute, aktivieren, aktivier, aktiviere, an, ein, einschalten,
    anschalten, anmachen, mach, starte, starten, laufen, scharf, scharf schalten, scharfschalten, aktifkan, aktifin, nyalakan, nyalain, hidupkan, hidupin, idupin, mulai, jalankan, lanjut, lanjutin, chalu, shuru, on karo, bhejna, bhejo, kirim,
    send, sending, schick, schicke`),
  later:
    meaning(`later, tomorrow, tonight, this evening, in the morning, next week, next month, another time, some other time, weekend, später, morgen, heute abend,
    nächste woche, am wochenende, am abend, ein andermal, nanti, besok, lusa, malam ini, nanti malam, minggu depan, kal, baad mein, baad me, shaam ko, shaam, subah,
    agle hafte, parso, monday, tuesday, wednesday, thursday, friday, saturday, sunday, montag, dienstag, mittwoch, donnerstag, freitag, samstag, sonntag, senin,
    selasa, rabu, kamis, jumat, sabtu, somvar, shukravar, ravivar`),
  reminded:
    meaning(`remind, reminder, erinner, erinnere, erinnern, erinnerst, erinnerung, ingatkan, ingetin, ingatin, yaad dila, yaad dilana, yaad dilao, yaad karana,
    ask me, frag, frage, tanya, tanyakan, poochna, puchna, come back, komm, bring it up, bother me, nag me, leave me alone, leave me be, in ruhe, ganggu, pareshan, not now, jetzt nicht, nicht jetzt, jangan sekarang, abhi nahi`),
  reason:
    meaning(`what made you, what triggered, what caused, what's the reason, whats the reason, reason, wodurch, aus welchem grund, welcher grund,
    apa alasan, alasan, alasannya, kis wajah, kya wajah, kya reason`),
  howTo:
    meaning(`how do i, how do you, how can i, how to, how would i, how should i, wie kann ich, wie leg ich, wie leg ich mir, wie richt ich, wie krieg ich, wie setze ich, wie setz ich, wie geht das mit, wie stelle ich, wie stell ich, wie lege ich, wie richte ich,
    wie mache ich, wie mach ich, wie füge ich, wie lösche ich, wie ändere ich, wie benutze ich, wie bekomme ich, wie geht, gimana, gimana cara, gmn cara,
    bagaimana, was muss ich tun, was muss ich machen, was soll ich tun, what do i have to do, what should i do, what must i do, harus apa, harus gimana, kya karna hoga, kya karu, caranya, cara, kaise, kaise kare, kaise karu, kaise karte`),
  deciding:
    meaning(`which, which one, should i, should we, better, rather, pick, choose, go for, go with, worth, lieber, eher, besser, welches, welchen, welche, decide, help me decide, entscheiden, entscheide,
    nehmen, lohnt, soll ich, sollte ich, mending, mendingan, bagusan, mana, pilih, kaunsa, kaunsi, kaun sa, konsa, behtar, lena chahiye, lu, loon, lena sahi`),
  conditional: meaning(
    `when, whenever, if, once, as soon as, wenn, sobald, falls, kalau, kalo, jika, bila, begitu, jab, agar, drops, cheaper, price, preis, harga, daam`,
  ),
  smalltalk:
    meaning(`weather, wetter, cuaca, mausam, joke, jokes, witz, lelucon, candaan, chutkula, your name, dein name, nama kamu, namamu, tera naam, tumhara naam,
    are you human, are you a bot, are you real, bist du ein, kamu manusia, kamu robot, do you love, marry me, heirate, sing a song, lied vor, nyanyi, gaana,
    meaning of life, sinn des lebens, president, bundeskanzler, presiden, pradhan mantri, how old, wie alt, umur, football score, cricket score, fußballspiel,
    bored, langweilig, bosan, bore ho, tired, müde, capek, thak gaya`),
  inform:
    meaning(`pass auf, aufpassen, aufpasst, tell me, tell us, let me know, lmk, message me, a message, text me, a text, shoot me, drop me a line, drop me a message, a line, shout, give me a shout, holler,
    buzz me, ping me, a ping, notify, notify me, alert me, inform, inform me, warn me, email me, mail me, dm me, call me, heads up, hmu, hit me up, wake me, poke me, nudge me,
    write me, signal, an alert, send me an alert, bescheid, sag mir, sagst mir, sags mir, sag's mir, sag bitte, sag bitte was, melde, melden, meldest, meld dich, meldung, nachricht, benachrichtige, benachrichtigen,
    benachrichtigung, schreib mir, schreibst mir, schreib mich an, gib laut, zeichen, info, infos, hinweis, hinweisen, informier, informiere, informieren, ping, pling, klingel, wecken, weck mich, erinnere mich,
    kabar, kabari, kabarin, kabarkan, ngabarin, kasih tau, kasih tahu, kasi tau, kasi tahu, kasih kabar, beri kabar, beri tahu, beritahu, bilang, bilangin, infoin, infokan, info dong, notif, notifnya, notifin,
    kasih notif, colek, senggol, towel, ingatkan, ingetin, ingatin, wa saya, wa aku, chat saya, chat aku, chat gue, kirim pesan, kirim notif, alert, alarm,
    bata, batana, bata dena, bata do, bata dijiye, btana, btao, btaana, bolna, bol dena, bol do, bolo, inform karna, inform kar dena, inform karo, message karna, message kar dena, message kar do, msg, msg karna, msg kar dena,
    khabar, khabar karna, khabar karo, khabar do, suchna, suchit, notify karna, notify kar dena, ping karna, alert dena, alert karna, alert kar dena, ishara, yaad dilana, yaad dila dena`),
  happens:
    meaning(`when, whenever, if, once, as soon as, the moment, the minute, the second, the instant, in case, should it, wenn, sobald, falls, wann, sollte, wenns, wenn's, kalau, kalo, klo, kl, jika,
    jikalau, apabila, bila, begitu, pas, ketika, saat, semisal, misal, jab, jab bhi, agar, jaise hi, jese hi, girte hi, aate hi, hote hi, utarte hi, milte hi, kam hote hi, hone par, aane par, girne par, hone pe, aane pe, girne pe, milne par`),
  change:
    meaning(`drop, drops, dropped, price drop, fall, falls, falling, goes down, comes down, go down, come down, dips, decreases, cheaper, gets cheaper, less, lower, below, under, reaches, hits, restock, restocks, restocked, in stock, back, its back, it's back,
    available, on sale, on offer, discounted, lowest, günstiger, billiger, sinkt, fällt, runter, runtergeht, runter geht, reduziert, lieferbar, verfügbar, auf lager, wieder da, vorrätig, im angebot, unter, erreicht, zu haben, turun, lebih murah, anjlok, restok, ready, tersedia, diskon, stok, stock, nyentuh, mencapai,
    di bawah, dibawah, gire, gira, girega, girte, girti, kam, kam ho, sasta, saste, sasti, neeche, niche, utre, stock mein, aaye, aa jaye, aayega, mile, milne, ho jaye, ho jae, wapas`),
  removed:
    meaning(`drop it, drop this, drop that, let it go, remove, wipe, clear, flush, bin, delete, deleted, cancel, erase, take off, take out, ditch, scrap, get rid of, rausnehmen, raus nehmen, rauswerfen, rausschmeißen, rausschmeissen, raus, wegmachen, mach weg, weg, abstellen, abschalten, ausschalten, ausmachen,
    stell ab, schalt ab, schalte ab, löschen, lösche, lösch, entfernen, entferne, entfern, beenden, beende, stornieren, abbestellen, abbrechen, streichen, hapus, hapusin, hapuskan, buang, copot, cabut, matikan, matiin, batalkan, batalin, stop, stopin, hentikan,
    hata, hatao, hata do, hata dena, hatado, hatana, nikal do, nikalo, nikal dena, mita do, band kar, band karo, band kar do, band kardo, band kar dena, bandh karo, delete karo, khatam karo, cancel karo`),
  cheap: meaning(
    `cheap, cheapest, cheaper, low price, reduced, on sale, on offer, sast, sasta, saste, sasti, kam daam, murah, termurah, murah meriah, günstig, günstiges, billig, billiges, runtergesetzt, heruntergesetzt, herabgesetzt, spart man, sparen, spare ich, kann ich sparen`,
  ),
  now: meaning(`now, right now, today, tonight, currently, at the moment, this week, this weekend, these days, this month, heute, gerade, jetzt, aktuell, derzeit, momentan, zurzeit, diese woche, dieses wochenende, im moment, am meisten, hari ini, sekarang, saat ini, minggu ini, bulan ini, lagi, nih,
    aaj, aaj kal, aajkal, abhi, filhal, is hafte, is mahine`),
  active: meaning(
    `active, activated, running, enabled, aktiv, aktive, aktiven, laufen, laufende, läuft, eingestellt, gesetzt, set, on, aktif, nyala, berjalan, jalan, chal rahe, chal raha, chalu, lage, lage hue, laga hua, on hai, saved, gespeichert, disimpan`,
  ),
} as const satisfies Record<string, RegExp>;
