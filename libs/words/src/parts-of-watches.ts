import { whole } from './spoken-text.ts';

/* What people say about their watches and alerts; an intent needs several of these. */

export const alertNoun = whole(
  String.raw`(?:price |preis)?(?:alerts?|alarms?|alarme[ns]?|watches|trackers?|tracking|notifications?|notif\p{L}*|notifikasi\p{L}*|pings?|messages?|texts|updates|benachrichtigung\p{L}*|nachricht(?:en)?|meldung(?:en)?|beobachtung\p{L}*|überwachung|pemberitahuan|pantauan\p{L}*|pemantauan\p{L}*|pesan|msg|watchlist|track)`,
);

export const watchNoun = whole(
  String.raw`preis(?:wecker|wächter|agent|alarm|radar|beobachter|beobachtung)\p{L}*|price (?:alert|alarm|watch|watcher|tracker|tracking|monitor)|(?:start|begin) (?:monitoring|tracking|watching|following|observing)(?: (?:this|that|it|the product))?|(?:follow|monitor|track|observe|stalk|watch|ikutin?|intai|cek terus) (?:the |its )?(?:price|prices|preis|harga|daam)\p{L}*`,
);

export const refusal = whole(
  String.raw`no|not|none|don'?t|dont|do not|stop|without|kein|keine|keinen|nicht|nichts|jangan|gak|ga|nggak|enggak|tidak|tanpa|mat|na|nahi|nahin|mute|silent|silence|quiet|ruhe|stumm|leise|band|rok|roko|hold|off|aus|senyap\p{L}*|matikan|matiin|setop`,
);

const count = String.raw`(?:a|an|the|one|two|three|four|few|some|couple of|a few|next|eine?n?|zwei|drei|paar|ein paar|einige|satu|dua|tiga|beberapa|se|ek|do|teen|kuch|thod[aie]|\d{1,2})`;

const stretch = String.raw`(?:moments?|bit|while|time|hours?|days?|weeks?|months?|nights?|stunden?|tage?n?|wochen?|monate?n?|weile|zeit|jam|hari|minggu|bulan|waktu|ghant[aei]|ghanton|din|dino|dinon|haft[aei]|hafton|mahin[ea]|der|samay)`;

export const lasting = whole(String.raw`${count}\s?${stretch}`);

export const listNoun = whole(
  String.raw`(?:watch|wish|track\p{L}*)? ?lists?|watchlist|wishlist|watches|(?:merk|wunsch|beobachtungs)?liste|daftar\p{L}*|pantauan\p{L}*|favorit\p{L}*|favourites?|favorites?`,
);

export const adding = whole(
  String.raw`add|put|save|stick|throw in|füge?|fügst|setze?|trage?|packe?|tu|nimm|hinzu\p{L}*|aufnehmen|tambah\p{L}*|masuk\p{L}*|simpan\p{L}*|taruh|da+l|da+l\s?(?:do|de|dena)|jod do|jodo|add kar\p{L}*|rakh do|rakh lo|likh lo`,
);

export const leaving = whole(
  String.raw`(?:from|off|out of|aus|von|runter von|dari|se) (?:\p{L}+ )?(?:(?:watch|wish)?list|(?:merk|wunsch|beobachtungs)?liste|daftar\p{L}*|pantauan)|list(?:e)? se .{0,40}(?:nikal|hata|delete|remove|kaat)\p{L}*`,
);

export const ending = whole(
  String.raw`(?:überwachung|beobachtung|verfolgung|tracking)(?!\p{L}).{0,40}?(?:einstellen|abbrechen|beenden|sein lassen)|(?:hör\p{L}*|höre) (?:bitte |mal |endlich )?auf .{0,60}zu (?:beobachten|verfolgen|tracken|überwachen|schreiben|melden|benachrichtigen|nerven|schicken)`,
);

export const breakOver = whole(
  String.raw`(?:end|stop|cancel|lift|beende) (?:the |my |die |den )?(?:pause|break|snooze)|(?:pause|jeda|snooze) (?:aufheben|beenden|ist vorbei|is over|over|hatao|hata do|khatam|band karo|selesai|udahan)|akhiri jeda`,
);

export const breaking = whole(
  String.raw`freeze|pause|pausier\p{L}*|halt|suspend|stilllegen|aussetzen|einfrieren|on hold|jeda\p{L}*|bekukan`,
);

export const needed = whole(
  String.raw`need|want|interested|brauch\p{L}*|will|möchte|interess\p{L}*|perlu|butuh|usah|mau|minat|zarurat|chahiye|chahie`,
);

export const anyMore = whole(String.raw`any ?more|any longer|longer|mehr|lagi|ab`);

export const bought = whole(
  String.raw`bought|purchased|got (?:it|one|them|mine)|ordered|gekauft|bestellt|gekriegt|geholt|(?:sudah|udah|dah) (?:ke)?beli|kebeli|dapet|kharid liya|kharid li|le liya|le li|mil gaya|mil gayi`,
);

/** Coming back to it at another time. */
export const oncemore = whole(
  String.raw`again|once more|nochmal|noch mal|noch einmal|zurück|come back|back to (?:me|this|it)|wieder|lagi|phir|fir|dobara|tell me|sag mir|batana|bata dena|bilang`,
);

export const parked = whole(
  String.raw`(?:hold|park|leave|shelve|postpone|delay|verschieb\p{L}*|vertag\p{L}*|parke?) (?:\p{L}+ ){0,3}(?:until|till|for|to|bis|auf|um)|(?:until|till|bis) (?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|tomorrow|morgen)`,
);

export const goingOn = whole(
  String.raw`start|restart|resume|continue|carry on|go on|weiter|weitermachen|loslegen|fortfahren|lanjut\p{L}*|mulai|chalu|shuru`,
);

/** Beside a time these say nothing of their own: "not now, maybe around six". */
export const vaguely = whole(
  'say|around|about|nicht|not|maybe|perhaps|vielleicht|mungkin|aja|shayad|sibuk|busy|beschäftigt|lagi|or|oder',
);
