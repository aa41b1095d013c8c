"""The messages of a day in a multichannel inbox, in twelve languages.

`day` yields the lines of messages.jsonl, in the order of their times. The content from
the sender is in `message`; the facts that the receiving program knows (the sender's live
session, closed queues) are separate members.
"""

# Per language, for each of three topics (a parcel, a refund, a price): a first message and its
# follow-ups. The last item is a message of thanks.
WORDS = {
    "en": [
        ("Where is my parcel? It was due on Friday.", ["It is the blue one, two boxes.", "Still nothing at the door."]),
        ("I want a refund for the broken lamp.", ["The glass came in three pieces.", "Here is a photo of it."]),
        ("How much is the oak table with delivery?", ["And in walnut?", "I will take two."]),
        "Thank you, that was quick!",
    ],
    "hi": [
        ("मेरा पार्सल कहाँ है? शुक्रवार को आना था।", ["नीले रंग का डिब्बा है।", "अभी तक नहीं आया।"]),
        ("टूटे हुए लैंप का रिफ़ंड चाहिए।", ["काँच तीन टुकड़ों में आया।", "फ़ोटो भेज रही हूँ।"]),
        ("डिलीवरी के साथ मेज़ कितने की है?", ["और अखरोट की लकड़ी में?", "दो ले लूँगी।"]),
        "धन्यवाद, बहुत जल्दी हो गया!",
    ],
    "ja": [
        ("荷物はどこですか。金曜日に届くはずでした。", ["青い箱が二つです。", "まだ届いていません。"]),
        ("割れたランプの返金をお願いします。", ["ガラスが三つに割れていました。", "写真を送ります。"]),
        ("オークのテーブルは送料込みでいくらですか。", ["ウォールナットだと？", "二台ください。"]),
        "早い対応をありがとうございます。",
    ],
    "ar": [
        ("أين طردي؟ كان من المفترض أن يصل يوم الجمعة.", ["الصندوق الأزرق، قطعتان.", "لم يصل شيء بعد."]),
        ("أريد استرداد ثمن المصباح المكسور.", ["وصل الزجاج ثلاث قطع.", "هذه صورة له."]),
        ("كم سعر الطاولة مع التوصيل؟", ["وبخشب الجوز؟", "سآخذ اثنتين."]),
        "شكرا، كان ذلك سريعا!",
    ],
    "es": [
        ("¿Dónde está mi paquete? Debía llegar el viernes.", ["Son dos cajas azules.", "Todavía no llegó nada."]),
        ("Quiero un reembolso por la lámpara rota.", ["El vidrio llegó en tres pedazos.", "Aquí va una foto."]),
        ("¿Cuánto cuesta la mesa de roble con envío?", ["¿Y en nogal?", "Me llevo dos."]),
        "¡Gracias, qué rapidez!",
    ],
    "de": [
        ("Wo bleibt mein Paket? Es sollte am Freitag kommen.", ["Zwei blaue Kartons.", "Bisher ist nichts da."]),
        ("Ich hätte gern eine Rückerstattung für die Lampe.", ["Das Glas kam in drei Teilen an.", "Hier ein Foto."]),
        ("Was kostet der Eichentisch mit Lieferung?", ["Und in Nussbaum?", "Ich nehme zwei."]),
        "Danke, das ging ja schnell!",
    ],
    "fr": [
        ("Où est mon colis ? Il devait arriver vendredi.", ["Deux cartons bleus.", "Toujours rien."]),
        ("Je voudrais être remboursée pour la lampe cassée.", ["Le verre est en trois morceaux.", "Voici une photo."]),
        ("Combien coûte la table en chêne, livrée ?", ["Et en noyer ?", "J'en prends deux."]),
        "Merci, c'était rapide !",
    ],
    "pt": [
        ("Onde está a minha encomenda? Era para sexta-feira.", ["São duas caixas azuis.", "Ainda não chegou."]),
        ("Quero o reembolso do candeeiro partido.", ["O vidro veio em três pedaços.", "Segue a fotografia."]),
        ("Quanto custa a mesa de carvalho com entrega?", ["E em nogueira?", "Levo duas."]),
        "Obrigado, foi rápido!",
    ],
    "ko": [
        ("제 택배 어디 있나요? 금요일에 온다고 했어요.", ["파란 상자 두 개예요.", "아직 안 왔어요."]),
        ("깨진 램프 환불해 주세요.", ["유리가 세 조각이 났어요.", "사진 보내 드릴게요."]),
        ("오크 테이블 배송비 포함 얼마예요?", ["호두나무로는요?", "두 개 주세요."]),
        "빠르네요, 감사합니다!",
    ],
    "tr": [
        ("Kargom nerede? Cuma günü gelecekti.", ["İki mavi koli.", "Hâlâ gelmedi."]),
        ("Kırık lamba için iade istiyorum.", ["Cam üç parça geldi.", "Fotoğrafı ekte."]),
        ("Meşe masa teslimatla ne kadar?", ["Peki ceviz?", "İki tane alıyorum."]),
        "Teşekkürler, çok hızlıydı!",
    ],
    "sw": [
        ("Kifurushi changu kiko wapi? Kilipaswa kufika Ijumaa.", ["Ni masanduku mawili ya bluu.", "Bado hakijafika."]),
        ("Naomba mnirudishie pesa, taa imevunjika.", ["Kioo kimefika vipande vitatu.", "Picha hii hapa."]),
        ("Meza ya mwaloni ni bei gani pamoja na usafiri?", ["Na ya mti wa walnut?", "Nachukua mbili."]),
        "Asante, mmefanya haraka!",
    ],
    "zh": [
        ("我的包裹在哪里？本来说周五到。", ["两个蓝色的箱子。", "还是没到。"]),
        ("灯碎了，我要退款。", ["玻璃碎成三块。", "照片发给你们。"]),
        ("橡木桌送到家多少钱？", ["胡桃木的呢？", "要两张。"]),
        "谢谢，真快！",
    ],
}

# Per channel: the queue of its sessions, and the format of its senders.
CHANNELS = {
    "wa360:main": ("support", "+44 7700 900{:03}"),
    "wacfb:latam": ("latam", "+1 202 555 01{:02}"),
    "tg:main": ("support", "tg:48151{:03}"),
    "fb:page": ("social", "fb:100081{:03}"),
    "ig:shop": ("social", "@stitches.{:03}"),
    "sms:in": ("sales", "+44 7700 901{:03}"),
    "email:desk": ("support", "reader{:03}@mail.example"),
    "web:shop": ("sales", "visitor-{:03}"),
    "tw:brand": (None, "@somebody_{:03}"),
}

# Per channel: the language of each of its conversations during the day.
CONVERSATIONS = [
    ("wa360:main", ["hi", "en", "ja", "ar", "de", "sw", "tr", "ko", "fr", "zh", "hi", "ar", "de", "hi", "en", "ja"]),
    ("wacfb:latam", ["es", "pt", "es", "es", "pt", "es", "en", "es", "pt"]),
    ("tg:main", ["de", "tr", "ar", "hi", "es", "en", "ar", "sw", "ja"]),
    ("fb:page", ["en", "fr", "hi", "es", "sw", "de"]),
    ("ig:shop", ["ja", "ko", "en", "pt", "de", "zh"]),
    ("sms:in", ["en", "hi", "sw", "de", "es", "ja", "fr", "en"]),
    ("email:desk", ["de", "en", "fr", "ja", "pt", "zh", "ar", "en"]),
    ("web:shop", ["en", "es", "hi", "ko", "de", "fr", "tr", "ja", "en"]),
    ("tw:brand", ["en", "ja", "es"]),
]

REFUND_QUEUE = "billing"
OPENING, EVENING, NIGHT = 9 * 60, 18 * 60, 20 * 60 + 30


def closed(minute):
    """Returns the queues that are closed at this minute of the day."""
    closed_queues = []
    if minute < OPENING:
        closed_queues += ["sales", "latam"]
    if minute >= EVENING:
        closed_queues += ["billing", "sales"]
    if minute >= NIGHT:
        closed_queues += ["overflow", "latam"]
    return closed_queues


def conversations():
    """Yields every message of the conversations, with its minute of the day and its facts."""
    number = 0
    for channel, languages in CONVERSATIONS:
        home, sender = CHANNELS[channel]
        for index, language in enumerate(languages):
            number += 1
            *topics, thanks = WORDS[language]
            topic = (index + number) % len(topics)
            opening, follow_ups = topics[topic]
            start = 6 * 60 + 40 + (number * 137) % (15 * 60)
            base = {"channel": channel, "from": sender.format((number * 7) % 100), "language": language}
            if number % 9 == 0:
                base["tier"] = "gold"
            if channel == "sms:in":
                base["returning"] = index % 3 == 0
            if channel == "email:desk":
                base["subject"] = ["Invoice 2026-1147", "My parcel", "Re: Invoice 2026-0980", "A question"][index % 4]
            yield start, base | {"event": "message.text", "text": opening}, {}

            session = home if topic != 1 or home == "social" else REFUND_QUEUE
            if "tier" in base:
                session = "vip"
            facts = {"session_queue": session} if session else {}
            for step, text in enumerate(follow_ups, 1):
                event = "message.image" if topic == 1 and step == 2 else "message.text"
                yield start + 4 * step, base | {"event": event, "text": text}, facts
            if number % 2 == 0:
                yield start + 13, base | {"event": "message.text", "text": thanks}, facts
                yield start + 15, base | {"event": "session.closed"}, facts


# The other messages: minute of the day, channel, number of the sender, attributes, facts.
SINGLE_MESSAGES = [
    (411, "sms:in", 3, {"event": "message.text", "text": "STOP"}, {}),
    (655, "sms:in", 4, {"event": "message.text", "text": "停止", "language": "ja"}, {}),
    (656, "sms:in", 5, {"event": "message.text", "text": "please STOP it", "language": "en"}, {}),
    (930, "sms:in", 6, {"event": "message.text", "text": "रोकें", "language": "hi"}, {}),
    (422, "wa360:main", 11, {"event": "message.text", "text": "That is not my payment, I never ordered this.", "language": "en"}, {}),
    (790, "wa360:main", 12, {"event": "message.text", "text": "मेरे खाते में धोखाधड़ी हुई है!", "language": "hi"}, {}),
    (801, "email:desk", 13, {"event": "message.text", "subject": "Dringend", "text": "Das ist Betrug, bitte sperren Sie die Karte.", "language": "de"}, {}),
    (802, "tg:main", 14, {"event": "message.text", "text": "هذا احتيال، لم أدفع شيئا.", "language": "ar", "tier": "gold"}, {}),
    (1010, "wacfb:latam", 15, {"event": "message.text", "text": "Esto es un fraude, cancelen todo.", "language": "es"}, {}),
    (500, "ig:shop", 21, {"event": "comment.created", "text": "😍😍😍", "post": "autumn-12"}, {}),
    (505, "ig:shop", 22, {"event": "comment.created", "text": "Is this still available?", "post": "autumn-12", "language": "en"}, {}),
    (506, "fb:page", 23, {"event": "comment.created", "text": "¿Hacen envíos a Chile?", "post": "feria", "language": "es"}, {}),
    (507, "fb:page", 23, {"event": "comment.deleted", "post": "feria"}, {}),
    (560, "ig:shop", 24, {"event": "message.image", "text": "so pretty", "language": "en"}, {}),
    (561, "ig:shop", 24, {"event": "story.mention", "story": "s-88"}, {}),
    (570, "wa360:main", 31, {"event": "message.voice", "seconds": 17, "language": "hi"}, {}),
    (571, "wa360:main", 31, {"event": "message.document", "name": "invoice.pdf", "language": "hi"}, {}),
    (572, "wa360:main", 31, {"event": "status.read"}, {}),
    (600, "tg:main", 32, {"event": "message.text", "text": "#4711 still open?", "language": "en"}, {}),
    (601, "web:shop", 33, {"event": "message.text", "text": "#4712", "language": "de"}, {}),
    (640, "email:desk", 34, {"event": "message.text", "subject": "Reminder", "text": "Third reminder for your account.", "reminder": 3}, {}),
    (641, "email:desk", 35, {"event": "message.text", "subject": "Reminder", "text": "Second reminder for your account.", "reminder": 2}, {}),
    (700, "web:shop", 36, {"event": "message.text", "text": "Table for the office", "labels": ["b2b", "vip"], "language": "en"}, {}),
    (720, "web:shop", 37, {"event": "message.text", "text": "My key is {pasted_key}, why does it fail?", "language": "en"}, {}),
    (722, "web:shop", 37, {"text": "(no event came with this one)", "language": "en"}, {}),
    (745, "fax:basement", 38, {"event": "message.text", "text": "Is anybody reading this?"}, {}),
    (746, "web:shop", 39, {"event": "message.text", "text": "\u001b[31mred?\u001b[0m\u202e reversed", "language": "en"}, {}),
    (747, "web:shop", 39, {"event": "message.text", "text": None}, {}),
    (1260, "wa360:main", 41, {"event": "message.text", "text": "Kann ich eine Rückerstattung bekommen?", "language": "de"}, {}),
    (1275, "tg:main", 42, {"event": "message.text", "text": "返金してください。", "language": "ja"}, {}),
    (1280, "wa360:main", 43, {"event": "message.text", "text": "नमस्ते, कोई है?", "language": "hi"}, {"unavailable": ["support", "overflow", "vip"]}),
    (1290, "web:shop", 44, {"event": "message.text", "text": "Hola, ¿hay alguien?", "language": "es"}, {}),
    (1300, "tg:main", 45, {"event": "message.text", "text": "gold and late", "tier": "gold"}, {"unavailable": ["vip"]}),
]


def day(pasted_key):
    """Yields all messages of the day, as objects for the lines of messages.jsonl."""
    timed = list(conversations())
    for minute, channel, number, attributes, facts in SINGLE_MESSAGES:
        sender = CHANNELS.get(channel, (None, "fax {:03}"))[1].format(number)
        if attributes.get("text"):
            text = attributes["text"].replace("{pasted_key}", pasted_key)
            attributes = attributes | {"text": text}
        timed.append((minute, {"channel": channel, "from": sender} | attributes, facts))
    timed.sort(key=lambda entry: entry[0])
    previous, second = None, 0
    for number, (minute, message, facts) in enumerate(timed, 1):
        second = second + 7 if minute == previous else number * 23 % 32
        previous = minute
        clock = f"{minute // 60:02}:{minute % 60:02}:{second:02}"
        line = {"deployment": "mehery", "id": f"in-{number:04}", "at": f"2026-11-02T{clock}Z"}
        unavailable = facts.get("unavailable", closed(minute))
        facts = {name: fact for name, fact in facts.items() if name != "unavailable"}
        yield line | facts | ({"unavailable": unavailable} if unavailable else {}) | {"message": message}
