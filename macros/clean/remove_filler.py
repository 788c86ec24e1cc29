"""Removes what assistants say around an answer. An answer of nothing else stays as it is.

Each pattern is a whole sentence at the start or at the end: "Of course, the earth is round." stays.
"""

import re

import pyarrow as pa

# Exclamations and courtesies that begin an answer.
OPENINGS = r"""
    (?:sure(?:\ thing)?|certainly|absolutely|of\ course|definitely|no\ problem|happy\ to\ help|gladly|got\ it|understood
      |(?:(?:that['’]?s|what)\ an?\ )?(?:great|good|excellent|interesting|wonderful|fantastic)\ (?:question|idea|choice)
      |(?:thank\ you|thanks)\ for\ (?:your\ (?:question|request|patience)|asking|reaching\ out|sharing)(?:\ [^.!\n]{1,40})?
      |(?:i['’]?d|i\ would|i['’]?ll|i\ will)\ be\ (?:happy|glad|delighted|pleased)\ to\ (?:help|assist)(?:\ [^.!\n]{1,60})?
      |gerne|natürlich|selbstverständlich|klar|aber\ sicher|gute\ frage
      |bien\ sûr|certainement|avec\ plaisir|absolument|bonne\ question
      |¡?(?:claro(?:\ que\ sí)?|por\ supuesto|desde\ luego|con\ gusto|buena\ pregunta)
      |com\ certeza|claro\ que\ sim|certamente|boa\ pergunta|certo|con\ piacere|ottima\ domanda|natuurlijk|zeker
      |конечно|разумеется|с\ удовольствием|хороший\ вопрос
      |ज़रूर|बिल्कुल|بالتأكيد|بالطبع|سؤال\ (?:رائع|جيد)|ได้เลย|แน่นอน|물론입니다|물론이죠)
      \s*!+\s+
    |(?:sure(?:\ thing)?|certainly|(?:(?:that['’]?s|what)\ a\ )?(?:great|good)\ question)[.,]\s+(?=here\b|(?:i['’]?d|i\ would|below)\b)
    |(?:当然(?:可以|没问题)?|好的|没问题|當然|很高兴(?:为您|能)[^。！\n]{1,20}|もちろん(?:です)?|はい、?(?:もちろん(?:です)?|喜んで)|承知(?:いた)?しました|かしこまりました)
      [！!。，,]\s*(?=\S)
"""
# A line of its own that announces the answer and ends with a colon.
INTRODUCTIONS = r"""
    (?:here(?:['’]s|\ is|\ are)|below\ (?:is|are)|the\ following\ (?:is|are)
      |hier\ (?:ist|sind)|im\ folgenden|voici|aquí\ (?:tienes|está|están|hay)|a\ continuación
      |aqui\ (?:está|estão|vai)|a\ seguir|ecco|hier\ (?:is|zijn)|вот|यहाँ|यह\ रहा|إليك|فيما\ يلي|นี่คือ|다음은)
      \b[^.!?\n:]{0,160}:[ \t]*\n\s*
    |(?:以下(?:是|为)|下面是|这是|以下は|こちらが)[^。！？\n：:]{0,80}[：:][ \t]*\n\s*
"""
# "As an AI language model, I have no opinions, but ...": gone up to the "but", or the clause alone.
MACHINE = r"an?\ (?:\w+\ ){0,2}(?:ai|artificial\ intelligence|language\ model)\b[^.,\n]{0,60}"
DISCLAIMERS = rf"""
    as\ {MACHINE},\s+i\ (?:do\ not|don['’]t|cannot|can['’]t|am\ not|have\ no)\b[^.!?\n]{{0,200}}?
      (?:,?\ (?:but|however)|[.!]\s+(?:however|but|nevertheless|nonetheless|that\ said)),?\s+
    |as\ {MACHINE},\s+(?=(?:i|my|it|there)\b)
    |als\ (?:\w+\ )?(?:ki|künstliche\ intelligenz|ki-sprachmodell|sprachmodell|ki-assistent)\b[^.,\n]{{0,40}},\s+
    |en\ tant\ qu(?:e\ |['’])[^.,\n]{{0,30}}(?:\bia|intelligence\ artificielle|modèle\ de\ langage)\b[^.,\n]{{0,40}},\s+
    |como\ (?:um\ |un\ |uma\ |una\ )?(?:modelo\ de\ (?:lenguaje|linguagem)|ia|intelig[eê]ncia\ artificial|inteligencia\ artificial)\b[^.,\n]{{0,40}},\s+
    |come\ (?:modello\ linguistico|ia|intelligenza\ artificiale)\b[^.,\n]{{0,40}},\s+
    |как\ (?:языковая\ модель|ии|искусственный\ интеллект)\b[^.,\n]{{0,40}},\s+
    |作为(?:一个|一名|一款)?(?:ai|人工智能|大?型?语言模型)[^。，,\n]{{0,20}}[，,]\s*
    |(?:ai|人工知能|言語モデル)[^。、\n]{{0,12}}として、\s*
"""
# Sentences that close an answer.
CLOSINGS = r"""
    i\ hope\ (?:this|that|it|these|you)\b[^.!?\n]{0,100}
    |hope\ (?:this|that|it)\ helps\b[^.!?\n]{0,40}
    |(?:please\ |and\ )?(?:let\ me\ know|(?:do\ )?feel\ free\ to\ (?:ask|reach\ out|let\ me\ know|contact)|do\ not\ hesitate\ to|don['’]t\ hesitate\ to)\b[^.!?\n]{0,140}
    |if\ you\ (?:have|need|want|would\ like)\ (?:(?:any|some|more|further|additional|other)\ ){0,3}(?:questions?|help|assistance|clarification|concerns|information|details)\b[^.!?\n]{0,120}
    |(?:is|was)\ there\ anything\ else\b[^.!?\n]{0,80}
    |(?:would\ you\ like|do\ you\ want)\ me\ to\b[^.!?\n]{0,120}
    |(?:i['’]?m|i\ am)\ (?:always\ )?(?:here|happy)\ to\ (?:help|assist)\b[^.!?\n]{0,80}
    |(?:have\ a\ (?:great|nice|good|wonderful)\ day|happy\ \w+ing|you['’]re\ welcome)
    |(?:ich\ hoffe|hoffentlich)[,\ ][^.!?\n]{0,60}(?:hilft|helfen|hilfreich)[^.!?\n]{0,40}
    |(?:lass\ (?:es\ )?mich\ wissen|lassen\ sie\ (?:es\ )?mich\ wissen|(?:falls|wenn)\ (?:du|sie)\ (?:noch\ )?(?:weitere\ )?fragen)\b[^.!?\n]{0,100}
    |(?:j['’]espère\ que|n['’]hésite[zs]?\ pas\ à|si\ vous\ avez\ (?:d['’]autres|des)\ questions)[^.!?\n]{0,120}
    |(?:¡?espero\ que|no\ dudes\ en|no\ dude\ en|si\ (?:tienes|tiene)\ (?:más|alguna|otra))\b[^.!?\n]{0,120}
    |(?:se\ (?:tiver|precisar)\ de?\ ?(?:mais|alguma|outra)|não\ hesite\ em|spero\ che|non\ esitare\ a|se\ hai\ (?:altre|bisogno)|als\ je\ (?:nog\ )?vragen)\b[^.!?\n]{0,120}
    |(?:надеюсь,?\ (?:это|что)|если\ у\ (?:вас|тебя)\ (?:есть|возникнут|остались)|не\ стесняйтесь)[^.!?\n]{0,120}
    |(?:希望(?:这|以上|我的|對|对)|如果(?:您|你)(?:还|還)?有(?:任何|其他|更多)|如有(?:任何|其他|更多)|请随时|有其他问题)[^。！？\n]{0,60}
    |(?:お役に立て|ご(?:不明|質問)|何か(?:他に|ご)|他に(?:も)?(?:何か|ご))[^。！？\n]{0,60}
    |(?:आशा\ है|यदि\ आपके\ पास|अगर\ आपके)[^।!?\n]{0,100}|(?:آمل\ أن|إذا\ كان\ لديك|لا\ تتردد)[^.!؟\n]{0,100}|도움이\ 되[^.!?\n]{0,60}|หวังว่า[^\n]{0,80}
"""
PATTERNS = {
    "openings": OPENINGS,
    "introductions": INTRODUCTIONS,
    "disclaimers": f"(?P<clause>{DISCLAIMERS})",
}
FLAGS = re.IGNORECASE | re.VERBOSE
CLOSING = re.compile(rf"(?:{CLOSINGS})[.!?。！？।؟~\s😊🙂]*", FLAGS)
SENTENCE = re.compile(r"[.!?。！？।؟)\n][.!?\s]*")
TAIL = 500  # characters at the end in which the last sentences stand
MOST = 4  # pieces of filler in a row at the start


def apply(batch, params):
    texts = batch.column("value")
    parts = params["parts"]
    starts = [PATTERNS[part] for part in PATTERNS if part in parts]
    opening = re.compile(rf"\s*(?:{'|'.join(starts)})", FLAGS) if starts else None
    cleaned = [_cleaned(text, opening, "closings" in parts) for text in texts.to_pylist()]
    return {"value": pa.array(cleaned, texts.type)}


def _cleaned(text, opening, closings):
    if not text:
        return text
    answer = _begun(text, opening) if opening else text
    answer = _ended(answer) if closings else answer
    return answer if answer.strip() else text


def _begun(text, opening):
    for _ in range(MOST):
        found = opening.match(text)
        if found is None:
            break
        text = text[found.end() :]
        if found.groupdict().get("clause"):
            text = text[:1].upper() + text[1:]
    return text


def _ended(text):
    head, tail = text[:-TAIL], text[-TAIL:]
    starts = [0 if not head else len(tail), *(found.end() for found in SENTENCE.finditer(tail))]
    end = len(tail)
    for start in reversed(starts):
        if start < end and CLOSING.fullmatch(tail, start, end):
            end = start
        elif start < end:
            break
    return (head + tail[:end]).rstrip() if end < len(tail) else text
