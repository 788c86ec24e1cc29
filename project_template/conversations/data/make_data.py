"""Writes raw.jsonl and exemplars.jsonl beside itself: short conversations, all made up.

The exemplars are clean. The raw rows hold conversations of the same kind as they come out of a
chat log, with the sins of `SINS`. Run it again and the files are the same, byte for byte.
In the texts `{a|b}` means one of a and b.
"""

import json
import random
import re
from pathlib import Path

# Of each topic: who the assistant may be told to be, and what is asked and answered.
TOPICS = [
    ("You help people in their kitchen.", [
        ("{How do I cook|What is the way to cook} rice so that it does not stick?", "Rinse it in cold water {two or three|three or four} times until the water runs clear. Use {one and a half|two} cups of water for a cup of rice, bring it to the boil, and turn the heat {down|very low}. Keep the lid on for {twelve|fifteen} minutes and let it rest for five more."),
        ("How long do {six|four|eight} eggs take to boil?", "From boiling water, a soft egg takes {six|six and a half} minutes and a hard one {nine|ten}. The number of eggs makes no difference as long as the water covers them. Put them into cold water afterwards, so that they {peel easily|stop cooking}."),
        ("My {soup|stew|sauce} is too salty. What can I do?", "Add more of everything but the salt: water, {potatoes|beans|rice} or a little cream. A few drops of {lemon juice|vinegar} make it taste less salty, too. Potatoes do not draw salt out by magic, but they do {dilute it|make the pot larger}."),
        ("Can I {freeze|keep} crème fraîche?", "Yes, for about {two|three} months, but it turns grainy. It is then {fine in soups and sauces|good for cooking} and no longer nice on a cake. Freeze it in {small portions|an ice cube tray}."),
        ("At how many degrees do I bake {bread|a loaf of bread}?", "Start at {240|230} °C with some steam for {ten|fifteen} minutes, then go down to {200|210} °C. The loaf is done when it {sounds hollow|is 96 °C hot inside}. Let it cool before you cut it."),
    ]),
    ("You are a patient gardener.", [
        ("Why do my tomato leaves {turn yellow|get yellow}?", "If the lowest leaves go first, the plant {lacks nitrogen|wants more food}, and some {compost|fertiliser} helps. If all leaves are pale, look at the water: roots that stand in wet soil {cannot breathe|begin to rot}. Water less often and more at a time."),
        ("When do I {cut|prune} roses?", "Cut them in early spring, when the {forsythia blooms|buds begin to swell}. Take out what is dead, then shorten the rest by {a third|half}, always above a bud that points outwards. Clean {shears|secateurs} keep disease away."),
        ("How do I get rid of {slugs|snails} without poison?", "Water in the morning, because wet evenings {bring them out|are their feast}. Collect them after dark, and lay out boards under which they {hide|gather} by day. {Copper tape|Sharp grit} around a pot holds most of them off."),
        ("Which herbs grow {on a north window|with little sun}?", "{Mint|Chives}, parsley and lemon balm do well with two or three hours of light. Basil, thyme and rosemary want sun and become {thin|weak} without it. Turn the pots {every week|now and then}."),
    ]),
    ("You know bicycles well.", [
        ("My bicycle chain {jumps|slips} when I pedal hard. Is it broken?", "It is probably worn. Measure {twelve links|a foot of chain}: when it is {more than half a percent|clearly} longer than new, change it. If a new chain still jumps, the {sprockets|cassette} have worn with it and have to go as well."),
        ("How much air {should go|do I put} into my tyres?", "The limits stand on the side of the tyre. A {40 mm|42 mm} tyre with a rider of {70|75} kg is comfortable at about {3|3.5} bar; a narrow racing tyre wants {6|7}. Go lower on {gravel|rough roads} and higher with luggage."),
        ("What do I do about {squealing|noisy} brakes?", "Wipe the rim or the disc with {alcohol|a clean cloth and alcohol}, because grease is the usual reason. Then roughen the pads {lightly|a little} with sandpaper. With rim brakes, let the front of the pad touch {first|a millimetre earlier}."),
        ("How often should I oil the chain?", "About every {200|300} km, and after each {rainy ride|ride in the rain}. Put one drop on each {link|roller}, turn the pedals for a minute and {wipe off|rub away} what is left. Oil on the outside only collects dirt."),
    ]),
    ("You explain mathematics in plain words.", [
        ("What is a prime number?", "It is a whole number above 1 that {only 1 and itself divide|has exactly two divisors}. {2, 3, 5 and 7|7, 11 and 13} are primes; {9|15} is not, since 3 divides it. Every whole number is a product of primes in exactly one way."),
        ("How do I {work out|calculate} {20|15|30} percent of a price in my head?", "Find ten percent by moving the point one place to the left, then multiply. For 20 percent {double it|take it twice}, for 15 add half of it, for 30 take it three times. Of {80|60} euros, ten percent are {8|6}."),
        ("Why may one not divide by zero?", "Dividing asks how often a number fits. {No number|Nothing} times zero gives {six|five}, so the question has no answer. And zero divided by zero would have {all of them|every answer at once}, which is just as useless."),
        ("What is the difference between {mean and median|the median and the mean}?", "The mean is the sum divided by the count; the median is the value in the middle once all are {sorted|in order}. One very {rich|large} value pulls the mean up and leaves the median {where it is|alone}. For incomes the median says more."),
    ]),
    ("You answer questions about Python in a few lines.", [
        ("How do I read a file line by line in Python?", "Open it in a with block and loop over it: `with open(path) as file: for line in file: ...`. That keeps {one line|a single line} in memory at a time. Each line {ends with|keeps} its line break; `line.rstrip()` takes it off."),
        ("What is the difference between a list and a tuple?", "A list can change, a tuple {cannot|stays as it is}. Use a list for {many things of one kind|a collection that grows} and a tuple for {a few things that belong together|a fixed record}, such as a point. Only a tuple can be a key of a dictionary."),
        ("How do I remove duplicates from a list and keep the order?", "`list(dict.fromkeys(items))` does it: a dictionary {keeps the order|remembers the order} in which its keys came. With `set(items)` the order {is lost|would be arbitrary}. The items must be hashable."),
        ("Why does my function remember its list between calls?", "The default value is made {once|a single time}, when the function is defined. With `def f(items=[])` all calls {share|use} that one list. Write `items=None` and make the list {inside|in the function}."),
    ]),
    ("You help with English grammar and style.", [
        ("When do I use {“fewer” and when “less”|“less” and when “fewer”}?", "Use “fewer” for what can be counted: fewer {cars|mistakes|people}. Use “less” for what cannot: less {water|noise|time}. Sums and distances count as one amount, so it is “less than {ten euros|five miles}”."),
        ("Is it “{affect|effect}” in “the weather … my mood”?", "It is “affect”, the verb. “Effect” is {nearly always|mostly} the noun: the weather has an effect {on my mood|on me}. As a verb “effect” is rare and means to {bring about|cause}, as in “effect a change”."),
        ("How do I make a {long|clumsy} sentence shorter?", "Find its verb and let it do the work: write “decide” and not “{make|come to} a decision”. Cut {“in order to”|“the fact that”} and words like “very”. If two thoughts are left, {make two sentences|put a full stop between them}."),
        ("Where does the apostrophe go in “the {students|teachers} room”?", "Behind the s, if the room belongs to several: “the {students’|teachers’} room”. For one person it stands before the s. “Its” as a possessive has none; “it’s” is {always|only ever} “it is” or “it has”."),
    ]),
    ("You give calm advice on travel.", [
        ("What should I {pack|take} for {three|four|five} days in the mountains?", "Take {two|three} shirts that dry overnight, a warm layer, a rain jacket and shoes that you have worn before. Add a {litre and a half|litre} of water, something to eat and a small {first-aid kit|bag with plasters}. Keep it under {eight|ten} kilos."),
        ("How do I get over jet lag?", "Live by the new clock {at once|from the first day}: eat and sleep when the others do. Daylight in the morning helps after flying east, {in the evening|late light} after flying west. Most people need about {one day for each hour|a day an hour} of difference."),
        ("Is it better to take the train or to fly from {Paris to Lyon|Berlin to Hamburg|Madrid to Seville}?", "Take the train. It needs {about two hours|two hours or so} from centre to centre, and a flight is longer once you count {the way to the airport|the controls and the waiting}. It also causes a {tenth|fraction} of the emissions."),
        ("How can I find a quiet café in a {new|foreign} town?", "Walk {two|three} streets away from the main square, and look where people {read|sit alone with a book}. Places beside a {library|university} are often quiet in the {morning|forenoon}. Ask in a bookshop; they tend to know."),
    ]),
    ("You help people to look after their money.", [
        ("How much should I {save|put aside} each month?", "Begin with {ten|five} percent and a standing order on the day your pay comes. First build a reserve of {three|four} months of expenses. What you save beyond that can be {tied up longer|invested}."),
        ("What is compound interest?", "It is interest on interest. At {3|4} percent, 1,000 euros grow by {30|40} in the first year and by a little more {every year after|in each year that follows}. Over {twenty|thirty} years that little is most of the gain."),
        ("How do I keep track of what I spend?", "Write down every expense for {one month|four weeks}, roughly and without judging. Sort them into {five|six} groups at the end. The largest group that {surprises you|you did not expect} is where to begin."),
        ("Should I {pay off my loan|repay a loan} or save first?", "Keep a small reserve, then pay off whatever costs more than your savings {earn|bring}. A loan at {7|9} percent is worth repaying before anything else. A cheap one can {wait|run on}."),
    ]),
    ("You know animals and keep it short.", [
        ("Why does my cat {knead|tread on} my blanket?", "It is a habit from the time as a {kitten|young cat}, when kneading made the milk flow. It means that your cat feels {safe|at ease}. If the claws {hurt|bother you}, put a thicker blanket there; do not scold."),
        ("How often does a {small|grown} dog need a walk?", "{Three|Two to three} times a day, one of them for at least {half an hour|forty minutes}. Sniffing tires a dog {as much as|more than} running does, so let it take its time. Puppies need shorter and more frequent walks."),
        ("Do goldfish really forget everything after {three seconds|a moment}?", "No, they remember for {months|weeks at least}. They learn when and where they are fed, and can tell {people|shapes} apart. A bare bowl bores them, {so give them plants|and it is too small besides}."),
        ("What may I feed to the birds in {winter|January}?", "{Sunflower seeds|Unsalted nuts}, oats and pieces of apple are good. Bread {swells up|is bad for them}, and anything salted is dangerous. Clean the feeder {every week|often}, because sick birds infect the others there."),
    ]),
    ("You explain the sky to beginners.", [
        ("Why is the sky blue?", "Sunlight holds all colours, and air scatters blue {much more than red|most of all}. So blue reaches us {from everywhere|from all sides}. At sunset the way through the air is long, the blue is {gone|lost on the way}, and red is left."),
        ("How do I find the {North Star|Pole Star}?", "Look for the Big Dipper and take the two stars at the {end|front} of its bowl. Draw the line through them {five times|about five times} as far as they are apart. The star there, {not a very bright one|of medium brightness}, is Polaris."),
        ("Why does the moon always show the same side?", "It turns once around itself in the time in which it {goes around|circles} the earth. That is no chance: the earth’s pull {slowed it down|braked its turning} until the two agreed. The far side has its day and night {like ours|just the same}."),
        ("Are shooting stars {really stars|stars}?", "No, they are grains of dust, {often no larger than a pea|mostly tiny}. They hit the air at {30|40} km a second and glow for a moment. In the middle of {August|December} there are especially many."),
    ]),
    ("You help with work and time.", [
        ("How do I {begin|start} a task that I keep putting off?", "Make the first step so small that it {is silly not to do it|takes two minutes}: open the file, write the title. Set a timer for {ten|fifteen} minutes and allow yourself to stop then. {Mostly you go on|Beginning is the hard part}."),
        ("How can a meeting be shorter?", "Say at the start what has to be {decided|clear at the end}, and end when it is. Send out what people {can read|only have to know} beforehand. Meetings of {25|20} minutes fill 25 minutes; those of an hour fill an hour."),
        ("How do I say no to {more work|another project}?", "Say it early and kindly, and give {one reason|a short reason}, not five. Offer what you can do: “I can {look at it on Friday|read a draft}.” If your boss decides, ask which of your tasks {may wait|should move back}."),
        ("What should stand in the first line of {a letter of application|an application}?", "Say what you want and why {you|you of all people}, in a sentence that only you could write. “For {six|four} years I have repaired lifts, and I like them” beats any phrase. {Leave out|Skip} “I hereby apply”."),
    ]),
    ("You give simple advice about the home.", [
        ("How do I get {red wine|coffee} out of a tablecloth?", "Dab at once with a cloth, do not {rub|scrub}. Pour {mineral water|cold water} over it, then put on salt or a paste of {baking soda|washing powder}. Wash it at {40|30} °C after an hour, and only dry it when the stain is gone."),
        ("How warm should a bedroom be at night?", "Between {16 and 18|17 and 19} °C most people sleep best. Open the window wide for {five|ten} minutes before you go to bed. If it stays {below 15 °C|colder than that}, watch for damp in the corners."),
        ("My drain is {slow|blocked}. What can I do without chemicals?", "Take off the strainer and pull out what you {can reach|see}. Pour in {half a cup|three spoons} of baking soda and as much vinegar, wait {fifteen|twenty} minutes, and rinse with hot water. For more, use a {plunger|spiral}."),
        ("How do I hang a {heavy|large} picture straight?", "Mark the upper edge with a {pencil|strip of tape} and a spirit level. Use two hooks, {a hand’s width|a third of the width} apart, so that it cannot tilt. In plasterboard take {hollow-wall anchors|special plugs}."),
    ]),
    ("You talk about sleep, sport and health, and say when to see a doctor.", [
        ("How much water should I drink {a day|every day}?", "About a litre and a half, more {in summer|in heat} and with sport. Thirst and the {colour|look} of your urine are good guides: pale is fine. With a weak {heart or kidneys|heart}, ask your doctor."),
        ("How do I begin to run?", "Run for one minute, walk for two, and repeat that {eight|ten} times, three days a week. Add a minute of running every {week|second week}. Go so slowly that you {can talk|could tell a story}. If a joint hurts, stop; if it hurts for {a week|days}, see a doctor."),
        ("I lie awake {for hours|at night}. What helps?", "Get up at the same time every day, {also on Sundays|even after a bad night}. If you are awake for more than {twenty|thirty} minutes, leave the bed and read something dull. If it lasts for {a month|more than a month}, talk to a doctor."),
        ("Is it bad to {sit|be sitting} all day?", "Yes, but movement makes up for much. Stand up every {half hour|forty minutes}, {take the stairs|walk while you phone}, and walk for {half an hour|thirty minutes} a day. How you sit matters less than how long."),
    ]),
    ("You know history and stay with what is certain.", [
        ("Who invented the printing press?", "In Europe Johannes Gutenberg, around 1450, with {metal letters that could be moved|movable metal type}. In Korea books were printed with metal type {decades|some seventy years} earlier, and in China with clay type {before 1100|in the eleventh century}."),
        ("Why did the Romans build their roads so straight?", "For armies and messengers the shortest way counted. Surveyors {sighted from hill to hill|set out the line with poles}, and the road went {over|straight over} whatever lay between. On steep ground they did {turn|bend}, too."),
        ("How long was the Great Wall in the making?", "About two thousand years, if you count {all of it|every wall}. The first parts are from the {seventh|fifth} century BC; most of what visitors see was built under the Ming, from {1368 to 1644|the fourteenth to the seventeenth century}."),
        ("What did people eat before potatoes came to Europe?", "Mostly {grain|rye, oats and barley}, as bread and porridge, with {peas and beans|beans}, cabbage, onions and turnips. Meat was for {feast days|Sundays}. Potatoes were {common|widely eaten} only from the eighteenth century."),
    ]),
]  # fmt: skip

SYSTEMS = ["You are a helpful assistant.", "Answer briefly and clearly."]
GREETINGS = ["", "", "", "Hi! ", "Hello! ", "Quick question: ", "I have a question. ", "Good evening. "]
THANKS = ["Thanks. ", "Good to know. ", "I see. ", "That helps. ", "All right. ", "And another thing: ", ""]
FOREIGN = [
    ("¿Cómo se cuece el arroz para que no se pegue?", "Lávalo tres veces con agua fría. Usa dos tazas de agua por cada taza de arroz y déjalo quince minutos a fuego lento, tapado."),
    ("¿Por qué el cielo es azul?", "La luz del sol contiene todos los colores, y el aire dispersa sobre todo el azul. Por eso nos llega desde todas partes."),
    ("Wann schneidet man Rosen?", "Im frühen Frühling, wenn die Forsythien blühen. Entferne zuerst alles Tote und kürze den Rest um ein Drittel."),
    ("Wie oft muss ich die Fahrradkette ölen?", "Etwa alle 300 Kilometer und nach jeder Fahrt im Regen. Ein Tropfen auf jedes Glied genügt; was übrig bleibt, wischt man ab."),
    ("Comment enlever une tache de vin rouge ?", "Tamponnez tout de suite sans frotter, puis versez de l'eau gazeuse et couvrez de sel. Lavez à 40 °C après une heure."),
    ("Combien d'eau faut-il boire par jour ?", "Environ un litre et demi, et davantage quand il fait chaud ou que l'on fait du sport."),
    ("怎样让西红柿长得更好？", "西红柿喜欢阳光和温暖。早上浇水，一次浇透，每两周施一次肥，并摘掉最下面的黄叶。"),
    ("为什么月亮总是同一面朝向地球？", "因为月亮自转一圈的时间和绕地球一圈的时间正好相同。"),
]  # fmt: skip
OPENINGS = [
    "Certainly! ",
    "Certainly! Here is what you need to know. ",
    "Sure, I'd be happy to help! ",
    "Great question! ",
    "As an AI language model, I can tell you the following. ",
]
ENDINGS = [
    " I hope this helps!",
    " I hope this helps! Let me know if you have any other questions.",
    " Is there anything else I can help you with?",
]


def choose(text: str, chance: random.Random) -> str:
    """The text with one of the alternatives of each `{a|b}`."""
    return re.sub(r"\{([^{}]*\|[^{}]*)\}", lambda found: chance.choice(found[1].split("|")), text)


def turn(role: str, content: str) -> dict:
    return {"role": role, "content": content}


def conversation(chance: random.Random) -> list[dict]:
    """One to three questions on a topic with their answers, at times after a system turn."""
    system, asked = chance.choice(TOPICS)
    questions = list(asked)
    chance.shuffle(questions)
    messages = []
    if chance.random() < 0.25:
        messages.append(turn("system", chance.choice([system, system, *SYSTEMS])))
    for place, (question, answer) in enumerate(questions[: chance.choice([1, 2, 2, 3])]):
        opening = chance.choice(THANKS if place else GREETINGS)
        messages.append(turn("user", opening + choose(question, chance)))
        messages.append(turn("assistant", choose(answer, chance)))
    return messages


def foreign_conversation(chance: random.Random) -> list[dict]:
    question, answer = chance.choice(FOREIGN)
    return [turn("user", question), turn("assistant", answer)]


# ------------------------------------------------------------------ the sins of raw data


def of_assistant(change):
    """The change on each turn of the assistant."""

    def sin(messages: list[dict], chance: random.Random) -> list[dict]:
        return [
            turn(message["role"], change(message["content"], chance))
            if message["role"] == "assistant"
            else message
            for message in messages
        ]

    return sin


def of_everyone(change):
    """The change on each turn."""

    def sin(messages: list[dict], chance: random.Random) -> list[dict]:
        return [turn(message["role"], change(message["content"], chance)) for message in messages]

    return sin


def filler(text: str, chance: random.Random) -> str:
    opening = chance.choice(OPENINGS) if chance.random() < 0.8 else ""
    ending = chance.choice(ENDINGS) if chance.random() < 0.6 else ""
    return opening + text + ending


def markup(text: str, chance: random.Random) -> str:
    paragraphs = text.replace("&", "&amp;").replace("“", "&quot;").replace("”", "&quot;")
    if chance.random() < 0.5:
        return "<p>" + paragraphs.replace(". ", ".</p><p>") + "</p>"
    return paragraphs.replace(". ", ".<br/>").replace("’", "&#39;")


def mojibake(text: str, chance: random.Random) -> str:
    """UTF-8 that somebody read as Windows-1252: `crème` becomes `crÃ¨me`."""
    singly = (bytes([byte]) for byte in text.encode("utf-8"))
    return "".join(byte.decode("cp1252", "ignore") or byte.decode("latin-1") for byte in singly)


def spaces(text: str, chance: random.Random) -> str:
    return text.replace(". ", chance.choice([".  ", ".\n\n\n"])) + chance.choice(["  ", "\n", " \t\n"])


def cut_off(messages: list[dict], chance: random.Random) -> list[dict]:
    """The last answer ends in the middle of a sentence."""
    *before, last = messages
    words = last["content"].split(" ")
    kept = chance.randint(len(words) // 3, len(words) - 3)
    return [*before, turn(last["role"], " ".join(words[:kept]))]


def empty_turn(messages: list[dict], chance: random.Random) -> list[dict]:
    place = chance.randrange(len(messages))
    emptied = turn(messages[place]["role"], chance.choice(["", " ", "\n"]))
    return [*messages[:place], emptied, *messages[place + 1 :]]


def wrong_order(messages: list[dict], chance: random.Random) -> list[dict]:
    """A turn is missing or stands twice, so that one role speaks two times in a row."""
    place = len(messages) - chance.choice([1, 2])
    if len(messages) > 2 and chance.random() < 0.5:
        return messages[: place - 1] + messages[place:]
    return messages[: place + 1] + messages[place:]


SINS = [  # the share of rows, and where from
    (0.70, {"assistant_log"}, of_assistant(filler)),
    (0.50, {"web_widget"}, of_everyone(markup)),
    (0.80, {"export"}, of_everyone(mojibake)),
    (0.30, {"assistant_log", "export"}, of_everyone(spaces)),
    (0.06, {"assistant_log", "web_widget", "export"}, cut_off),
    (0.05, {"assistant_log", "web_widget", "export"}, empty_turn),
    (0.05, {"assistant_log", "web_widget", "export"}, wrong_order),
]


def raw_rows(chance: random.Random) -> list[dict]:
    rows = []
    for _ in range(370):
        source = chance.choice(["assistant_log", "assistant_log", "web_widget", "export"])
        messages = conversation(chance)
        for share, sources, sin in SINS:
            if source in sources and chance.random() < share:
                messages = sin(messages, chance)
        rows.append({"messages": messages, "source": source})
    rows += [{"messages": foreign_conversation(chance), "source": "export"} for _ in range(14)]
    rows += [dict(chance.choice(rows)) for _ in range(16)]
    chance.shuffle(rows)
    return rows


def write(name: str, rows: list[dict]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    Path(__file__).with_name(name).write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    exemplars = [conversation(random.Random(number)) for number in range(40)]
    write("exemplars.jsonl", [{"messages": messages} for messages in exemplars])
    write("raw.jsonl", raw_rows(random.Random(2024)))
