"""Texts in a language have its small words; lists of links, names and codes do not."""

import re

import pyarrow as pa

# Frequent function words of each language: articles, prepositions, pronouns, auxiliaries.
WORDS = {
    "ar": "في من على إلى عن مع هذا هذه التي الذي أن إن كان كانت ما لا لم لن هو هي هم كل بعد قبل بين أو ثم قد حتى إذا عند غير كما حيث بعض أي ذلك تلك و",
    "de": "der die das den dem des ein eine einen einem einer und oder aber nicht kein ist sind war waren wird werden hat haben ich du er sie es wir ihr mit von zu zum zur in im an am auf für aus bei nach über unter um als wie wenn dass auch nur noch so durch vor sich",
    "en": "the a an and or but not of to in on at by for with from as is are was were be been it its this that these those he she they we you i his her their our your my has have had do does did will would can could which who what when where how if so than then there all no one",
    "es": "el la los las un una unos unas y o pero no de del a al en con por para sin sobre entre que se su sus lo le les es son era fue ser está están ha han como más muy ya si también este esta esto ese esa me te nos mi tu cuando donde porque hay",
    "fr": "le la les un une des du de d l et ou mais ne pas à au aux en dans sur sous avec sans pour par que qui ce cet cette ces il elle ils elles on nous vous je tu se sa son ses leur leurs est sont était être a ont avait plus comme si tout très y où",
    "hi": "के का की को में है हैं और से पर यह वह एक इस उस ने तो भी नहीं हो था थे थी कर करने लिए अपने जो कि या तक साथ बहुत कुछ गया सकता जा रहा रहे रही",
    "id": "yang dan di ke dari untuk dengan pada adalah ini itu tidak atau dalam akan oleh juga saya kami kita anda mereka dia ada bisa telah sudah karena seperti lebih sebagai jika agar",
    "it": "il lo la i gli le un uno una e ed o ma non di del della dei delle a al alla in nel nella con su per da dal dalla tra fra che chi si è sono era essere ha hanno come più anche se questo questa quello quella ci mi ti suo sua loro molto dove quando",
    "nl": "de het een en of maar niet geen van in op aan met voor door bij naar uit over onder te om als dat die dit deze is zijn was waren wordt worden heeft hebben ik je jij hij zij we wij ze er ook nog wel zo dan haar hun mijn",
    "pl": "i w na z do o za od po przez dla nie że się jest są był była było być to ten ta te jak ale czy lub oraz a który która które jego jej ich tym tego już tylko także może gdy co ma ze",
    "pt": "o a os as um uma uns umas e ou mas não de do da dos das em no na nos nas por pelo pela para com sem sobre que se seu sua seus suas é são era foi ser está estão tem como mais muito já também este esta isso ele ela eles elas eu você quando onde ao à",
    "ru": "и в не на с что он она оно они мы вы я ты как по но из за у к о от для до при это этот эта эти его её их был была было были быть есть бы же ли или так то все только уже если когда где чем также",
    "tr": "ve bir bu da de için ile çok daha gibi ne ama olan olarak en var yok değil mi mı o şu ben sen biz siz onlar her kadar sonra önce ki ya veya ise çünkü hem diye",
    "vi": "và của là có trong được cho với các những một này đó không người khi để từ đến như về đã sẽ đang cũng hay hoặc nhưng vì nếu tôi bạn anh chị ở ra vào trên dưới nhiều rất",
}
LISTS = {language: frozenset(words.split()) for language, words in WORDS.items()}
SURELY = 1.5
SPLIT = re.compile(r"[^\w\u0300-\u036f\u064b-\u065f\u0900-\u0963]+")


def apply(batch, params):
    texts = batch.column("column").to_pylist()
    languages = batch.column("language_column").to_pylist()
    reason = f"fewer than {params['minimum'] * 100:g} % small words"
    poor = [_is_poor(*row, params) for row in zip(texts, languages, strict=True)]
    return {"reason": pa.array([reason if one else None for one in poor], pa.string())}


def _is_poor(text, language, params):
    known = LISTS.get(language)
    if text is None or known is None:
        return False
    lowered = text.lower()
    words = lowered.split()
    # Words with punctuation at them are missed here, so enough of them is enough.
    if _share(words, known) >= SURELY * params["minimum"]:
        return False
    words = [word for word in SPLIT.split(lowered) if word]
    return len(words) >= params["shortest"] and _share(words, known) < params["minimum"]


def _share(words, known):
    return sum(map(known.__contains__, words)) / max(1, len(words))
