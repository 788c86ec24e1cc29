"""Frequent function words: articles, prepositions, pronouns, particles, auxiliaries.

Text in a language has many of them; lists of links, names and codes do not.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels.numbers import Hashes, Whole
from dataevolver.kernels.rows import Rows, slices
from dataevolver.kernels.tokens import words

SMALL_WORDS: Mapping[str, str] = {
    "ar": "في من على إلى عن مع هذا هذه التي الذي أن إن كان كانت ما لا لم لن هو هي هم كل بعد قبل بين أو ثم قد حتى إذا عند غير كما حيث بعض أي ذلك تلك و",
    "bg": "и в на да се за от не с по че е са беше ще като но или до при то той тя те ние вие аз ти го му им си ли тази този това тези които който която което още само след преди защото когато как където много",
    "cs": "a v na se je s z do i o k ve že ale jsou byl byla bylo být by pro jako nebo od po za při před jeho její jejich ten ta to tento tato toto který která které jen také už ještě když kde co tak si mu jsem jsme není",
    "da": "og i at det en et den til er som på de med for ikke der han hun jeg vi du var af har om fra men ved ud kan vil skal blev så eller også hvis når hvor hvad dette denne sig sin deres",
    "de": "der die das den dem des ein eine einen einem einer und oder aber nicht kein ist sind war waren wird werden hat haben ich du er sie es wir ihr mit von zu zum zur in im an am auf für aus bei nach über unter um als wie wenn dass auch nur noch so durch vor sich",
    "el": "ο η το οι τα του της των τον την και να σε με από για που είναι δεν θα στο στη στην στον στα ως αλλά ή αν κατά μετά πριν μια ένα ένας αυτό αυτή αυτός τους τις μου σου μας σας όπως πολύ",
    "en": "the a an and or but not of to in on at by for with from as is are was were be been it its this that these those he she they we you i his her their our your my has have had do does did will would can could which who what when where how if so than then there all no one",
    "es": "el la los las un una unos unas y o pero no de del a al en con por para sin sobre entre que se su sus lo le les es son era fue ser está están ha han como más muy ya si también este esta esto ese esa me te nos mi tu cuando donde porque hay",
    "fa": "و در به از که این را با است برای آن یک خود تا بر هم نیز می شد شده هر اما یا ما او من شما آنها بود هستند باید اگر پس بی چه",
    "fi": "ja on ei se että hän oli olla ovat mutta kun niin myös jos tai kuin ne me te he minä sinä joka jotka mitä tämä tämän sen hänen vain vielä nyt sitten koska jo voi ole olen",
    "fr": "le la les un une des du de d l et ou mais ne pas à au aux en dans sur sous avec sans pour par que qui ce cet cette ces il elle ils elles on nous vous je tu se sa son ses leur leurs est sont était être a ont avait plus comme si tout très y où",
    "he": "של את על לא זה הוא היא הם אני אתה אנחנו עם או גם כי אם אבל כל יש אין היה הייתה להיות מה מי רק עוד יותר כמו אחר בין לפני אחרי",
    "hi": "के का की को में है हैं और से पर यह वह एक इस उस ने तो भी नहीं हो था थे थी कर करने लिए अपने जो कि या तक साथ बहुत कुछ गया सकता जा रहा रहे रही",
    "hu": "a az és hogy nem is egy ez azt van volt de ha csak meg már mint vagy még ki el be fel le aki ami amely lesz lehet kell én te mi ők ezt ezek azok nagyon",
    "id": "yang dan di ke dari untuk dengan pada adalah ini itu tidak atau dalam akan oleh juga saya kami kita anda mereka dia ada bisa telah sudah karena seperti lebih sebagai jika agar",
    "it": "il lo la i gli le un uno una e ed o ma non di del della dei delle a al alla in nel nella con su per da dal dalla tra fra che chi si è sono era essere ha hanno come più anche se questo questa quello quella ci mi ti suo sua loro molto dove quando",
    "ja": "の は を に が と で も た し て な れ る い か ら",
    "nl": "de het een en of maar niet geen van in op aan met voor door bij naar uit over onder te om als dat die dit deze is zijn was waren wordt worden heeft hebben ik je jij hij zij we wij ze er ook nog wel zo dan haar hun mijn",
    "no": "og i det er en et som på til av for med at de ikke den han hun jeg vi du var har om fra men ved ut kan vil skal ble så eller også hvis når hvor hva dette denne seg sin deres",
    "pl": "i w na z do o za od po przez dla nie że się jest są był była było być to ten ta te jak ale czy lub oraz a który która które jego jej ich tym tego już tylko także może gdy co ma ze",
    "pt": "o a os as um uma uns umas e ou mas não de do da dos das em no na nos nas por pelo pela para com sem sobre que se seu sua seus suas é são era foi ser está estão tem como mais muito já também este esta isso ele ela eles elas eu você quando onde ao à",
    "ro": "și în de la a cu pe un o nu se că este sunt din pentru mai care ce dar sau ca să fi fost era au am ai al ale lui ei lor el ea noi voi eu acest această aceste după când unde foarte",
    "ru": "и в не на с что он она оно они мы вы я ты как по но из за у к о от для до при это этот эта эти его её их был была было были быть есть бы же ли или так то все только уже если когда где чем также",
    "sv": "och i att det en ett den till är som på de med för inte han hon jag vi du var av har om från men vid ut kan ska blev så eller också när där vad detta denna sig sin deras",
    "tr": "ve bir bu da de için ile çok daha gibi ne ama olan olarak en var yok değil mi mı o şu ben sen biz siz onlar her kadar sonra önce ki ya veya ise çünkü hem diye",
    "uk": "і в у не на з що він вона воно вони ми ви я ти як по але із за від до для при це цей ця ці його її їх був була було були бути є чи або так то все тільки вже якщо коли де також",
    "vi": "và của là có trong được cho với các những một này đó không người khi để từ đến như về đã sẽ đang cũng hay hoặc nhưng vì nếu tôi bạn anh chị ở ra vào trên dưới nhiều rất",
    "zh": "的 是 了 在 不 有 和 人 这 這 中 我 他 她 也 就 都 而 與 与 之 以 及 或 但 被 把 对 對 从 從 到 说 說 们 們 个 個 你 很 那 着 上 下",
}
"""By ISO 639-1 code. Chinese and Japanese have single letters, which are words of their own here."""


@cache
def small_words(language: str) -> Hashes:
    """The hashes, in rising order, that `words` has for a language's small words; () for none."""
    return hashes_of(tuple(SMALL_WORDS.get(language, "").split()))


def hashes_of(texts: tuple[str, ...]) -> Hashes:
    """The hash of every word in these texts once, in rising order."""
    return np.unique(words(pa.array(texts, pa.string())).values)


def small_word_counts(texts: Any, languages: Any) -> tuple[Whole, Whole]:
    """For each text its small words and all its words; -1 small ones where there is no list for it."""
    small, total = np.full(len(texts), -1), np.zeros(len(texts), np.int64)
    for language in SMALL_WORDS:
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, language), False))
        chosen = texts.take(pa.array(rows))
        sizes = pc.fill_null(pc.binary_length(chosen), 0).to_numpy(zero_copy_only=False)
        for first, last in slices(sizes):
            found = words(chosen.slice(first, last - first))
            places = np.flatnonzero(found_in(found, small_words(language)) >= 0)
            total[rows[first:last]] = found.sizes
            small[rows[first:last]] = np.diff(np.searchsorted(places, found.offsets))
    return small, total


def found_in(found: Rows, known: Hashes) -> Whole:
    """The place in `known` of each value, -1 where it is not in it."""
    places = np.searchsorted(known, found.values)
    places[places == len(known)] = 0
    return np.where(known[places] == found.values, places, -1) if len(known) else places - 1
