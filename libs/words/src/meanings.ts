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
  min, mas, mbak, bro, bruh, bhai, yaar, yar, ji, na, re, arre, are, mate, man, dude, buddy, guys, folks, there, everyone, all, so, very, much,
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
  help: meaning(`help, hilfe, hilf, helfen, hilfst, bantuan, bantu, bantuin, madad, sahayata, assist, assistance, support, sos, commands, befehle,
    perintah, instructions, anleitung, petunjuk, panduan, tutorial, guide, manual, i'm lost, im lost, stuck, confused, bingung, samajh nahi aaya,
    verstehe nicht, don't understand, dont understand, gak ngerti, tidak mengerti`),
  saved:
    meaning(`save, saved, saves, saving, savings, gespart, erspart, eingespart, ersparnis, ersparnisse, sparte, hemat, ngirit, menghemat, dihemat,
    penghematan, terhemat, bachat, bachaya, bachaye, bachayi, bacha, bache, bachat hui`),
  period:
    meaning(`month, months, week, weeks, year, years, today, so far, till now, until now, up to now, ever, overall, in total, altogether, total,
    since, last, monat, monaten, woche, jahr, heute, bisher, bislang, insgesamt, schon, seit, letzten, letzte, bulan, minggu, tahun, hari ini, sejauh ini,
    selama ini, sampai sekarang, sudah, udah, mahine, mahina, saal, hafte, aaj, abhi tak, ab tak, kul, how much, wie viel, wieviel, berapa, kitna, kitne,
    kitni, did, have i, has, my, mein, meine, mera, meri, money, geld, uang, duit, paisa, paise`),
  deal: meaning(`deal, deals, offer, offers, bargain, bargains, discount, discounts, discounted, promo, promos, promosi, promotion, promotions, diskon,
    diskonan, obral, schnäppchen, angebot, angebote, angeboten, sonderangebot, sonderangebote, rabatt, rabatte, rabattaktion, rabattaktionen, preisknaller,
    clearance, markdown, markdowns, price drops, price drop, preissturz, preissenkung, preissenkungen, loot, chhoot, chhut, flash sale, steals, what's hot, whats hot, hot right now, hottest, im angebot, on sale, im sale,
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
    filhal, fil haal, abhi ke liye, seminggu, sebulan, sehari, beberapa hari, beberapa minggu, kuch din, kuch dino, kuch der, thodi der, thode din, thode time, vacation, holiday, urlaub, liburan, cuti, chutti`),
  silence:
    meaning(`pause, pausiere, pausieren, mute, muted, silence, hush, quiet, freeze, suspend, hold, stumm, stummschalten, ruhe, jeda, hening, senyap,
    bisukan, chup, rok, roko, rok do, rok dena, matiin, diemin, stopin, stop, stopp, stoppe, berhenti, hentikan, matikan, band, aussetzen, aus, off, don't send, do not send`),
  onceMore: meaning(
    `again, back, wieder, weiter, erneut, lagi, kembali, wapas, vapas, phir se, fir se, dobara, once more`,
  ),
  turnedOn:
    meaning(`start, restart, continue, carry on, go on, turn on, switch on, on, activate, enable, unmute, aktivieren, aktivier, aktiviere, an, ein, einschalten,
    anschalten, anmachen, mach, starte, starten, laufen, aktifkan, nyalakan, hidupkan, mulai, jalankan, lanjut, lanjutin, chalu, shuru, on karo, bhejna, bhejo, kirim,
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
    meaning(`how do i, how do you, how can i, how to, how would i, how should i, wie kann ich, wie stelle ich, wie stell ich, wie lege ich, wie richte ich,
    wie mache ich, wie mach ich, wie füge ich, wie lösche ich, wie ändere ich, wie benutze ich, wie bekomme ich, wie geht, gimana, gimana cara, gmn cara,
    bagaimana, caranya, cara, kaise, kaise kare, kaise karu, kaise karte`),
  deciding:
    meaning(`which, which one, should i, should we, better, rather, pick, choose, go for, go with, worth, lieber, eher, besser, welches, welchen, welche,
    nehmen, lohnt, soll ich, sollte ich, mending, mendingan, bagusan, mana, pilih, kaunsa, kaunsi, kaun sa, konsa, behtar, lena chahiye, lu, loon, lena sahi`),
  conditional: meaning(
    `when, whenever, if, once, as soon as, wenn, sobald, falls, kalau, kalo, jika, bila, begitu, jab, agar, drops, cheaper, price, preis, harga, daam`,
  ),
  smalltalk:
    meaning(`weather, wetter, cuaca, mausam, joke, jokes, witz, lelucon, candaan, chutkula, your name, dein name, nama kamu, namamu, tera naam, tumhara naam,
    are you human, are you a bot, are you real, bist du ein, kamu manusia, kamu robot, do you love, marry me, heirate, sing a song, lied vor, nyanyi, gaana,
    meaning of life, sinn des lebens, president, bundeskanzler, presiden, pradhan mantri, how old, wie alt, umur, football score, cricket score, fußballspiel,
    bored, langweilig, bosan, bore ho, tired, müde, capek, thak gaya`),
} as const satisfies Record<string, RegExp>;
