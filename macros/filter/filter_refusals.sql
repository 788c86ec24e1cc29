{#- What a refusal says, by language: an apology or none, then that the writer cannot or may not. The
    verbs are listed: "I cannot stress enough" and "I can't wait" refuse nothing. All stand at the
    beginning: RE2 gives up after a few characters of any other text. -#}
{% set sorry = "(?:(?:oh|well|unfortunately|regrettably|(?:i['’]?m|i am)(?: so| very| really| truly| deeply)? (?:sorry|afraid)|sorry|i apologi[sz]e|(?:my )?apologies|i appreciate|i understand|thank you)\\b[^.!?\\n]*[,.!;: —-]*(?:\\b(?:but|however|that)\\b)?,?\\s*){0,2}" %}
{% set machine = "(?:as an? (?:responsible |helpful |large )?(?:ai|a\\.i\\.|artificial intelligence|language model|llm|virtual assistant|chatbot|digital assistant)\\b[^.,\\n]*,? )" %}
{% set verbs = "(?:assist|provide|fulfil|comply|complete (?:this|that|your)|create|generate|write|answer|do (?:that|this|so)|support|engage|discuss|offer|give|share|produce|process|access|browse|open|retrieve|execute|display|perform|participate|respond|continue with|recommend|endorse|condone|promote|encourage|accommodate|facilitate|carry out|be (?:of|a) (?:help|assistance|part)|help(?: you| with| on| in| anyone| out|[.,;!]|$))" %}
{% set adverbs = "(?:(?:in good conscience|ethically|legally|directly|currently|actually|personally|really) )?" %}
{% set english = [
  machine ~ "?i (?:cannot|can['’]?t|can not|could not|couldn['’]t|will not|won['’]t|am (?:unable|not able|not allowed|not permitted|not programmed|not designed) to|do not have the (?:ability|capability) to|don['’]t have the (?:ability|capability) to) " ~ adverbs ~ verbs,
  machine ~ "?i['’]m (?:unable|not able|not allowed|not permitted|not programmed) to " ~ adverbs ~ verbs,
  machine ~ "?i (?:must|have to|will have to|need to) (?:respectfully )?(?:decline|refuse)\\b",
  machine ~ "?i(?:['’]m| am| do| don['’]t)(?: not)? (?:feel )?comfortable (?:providing|writing|answering|helping|with this request|creating|discussing)",
  machine ~ "i (?:cannot|can['’]?t|do not|don['’]t|am not|lack)\\b",
  "(?:it(?:['’]s| is| would be) (?:not (?:appropriate|ethical|possible|legal)|inappropriate|unethical|illegal) for me to|it (?:is|goes) against my (?:programming|guidelines|policy|policies|principles))",
  "(?:this|your|that) (?:request|question|prompt) (?:goes against|violates|is against|is inappropriate|cannot be (?:fulfilled|answered))"
] %}
{% set other = [
  "(?:es tut mir (?:sehr )?leid|tut mir leid|entschuldigung|leider)[^.!?\\n]*(?:ich (?:kann|darf)|(?:kann|darf) ich|ich bin nicht in der lage|bin ich nicht in der lage)[^.!?\\n]*(?:nicht|keine?n?\\b|in der lage)",
  "als (?:ki|künstliche intelligenz|sprachmodell)[^.\\n]*(?:kann|darf|habe|bin) ich (?:nicht|kein|leider)",
  "(?:je suis (?:vraiment |sincèrement )?désolée?|désolée?|je m['’]excuse|malheureusement)[^.!?\\n]*je (?:ne (?:peux|pourrai|suis)|n['’]ai pas)",
  "je ne (?:peux|suis) pas (?:en mesure de |capable de )?(?:vous aider|t['’]aider|répondre à|fournir|satisfaire)",
  "en tant qu(?:e |['’])[^.\\n]*(?:\\bia\\b|intelligence artificielle|modèle de langage)[^.\\n]*je (?:ne |n['’])",
  "(?:lo siento|lo lamento|perdón|disculpa|desafortunadamente|lamentablemente)[^.!?\\n]*no (?:puedo|me es posible|soy capaz|estoy autorizad)",
  "no puedo (?:ayudarte|ayudarle|ayudar con|proporcionar|cumplir|responder a es[ae])",
  "como (?:un |una )?(?:modelo de lenguaje|ia\\b|inteligencia artificial|asistente)[^.\\n]*no (?:puedo|tengo)",
  "(?:desculpe|sinto muito|lamento|infelizmente)[^.!?\\n]*não (?:posso|consigo|sou capaz|estou autorizad)",
  "não posso (?:ajudar|ajudá|fornecer|atender)",
  "como (?:um |uma )?(?:modelo de linguagem|ia\\b|inteligência artificial)[^.\\n]*não (?:posso|tenho)",
  "(?:mi dispiace|spiacente|purtroppo)[^.!?\\n]*non (?:posso|sono in grado|mi è possibile)",
  "come (?:modello linguistico|ia\\b|intelligenza artificiale)[^.\\n]*non (?:posso|ho)",
  "(?:het spijt me|helaas)[^.!?\\n]*(?:ik (?:kan|mag)|(?:kan|mag) ik)[^.!?\\n]*(?:niet|geen)\\b",
  "(?:извините|простите|к сожалению|прошу прощения)[^.!?\\n]*я не (?:могу|в состоянии|имею возможности)",
  "я не могу (?:помочь вам|помочь с|предоставить|выполнить эт|ответить на этот)",
  "как (?:языковая модель|ии|искусственный интеллект)[^.\\n]*я не (?:могу|имею)",
  "(?:很|非常|十分)?(?:抱歉|对不起|對不起|遗憾|不好意思)[^。！？\\n]*(?:不能|无法|無法|不可以|没有办法|不便)",
  "作为(?:一个|一名|一款|一種)?(?:ai|人工智能|(?:大型)?语言模型)[^。！？\\n]*(?:不能|无法|没有)",
  "我(?:不能|无法|無法)(?:帮助|提供|协助|協助|满足|生成|为您|为你|回答(?:这|该))",
  "(?:大変)?(?:申し訳(?:ありません|ございません|ない)|すみません|恐れ入りますが|残念ながら)[^。！？\\n]*(?:できません|できかねます|いたしかねます)",
  "(?:ai|人工知能|言語モデル)(?:アシスタント)?として[^。！？\\n]*(?:できません|ありません)",
  "(?:죄송합니다|죄송하지만|미안하지만|유감스럽게도)[^.!?\\n]*(?:수 없습니다|수 없어요|어렵습니다)",
  "(?:क्षमा करें|माफ़ करें|माफ करें|माफ़ कीजिए|मुझे खेद है|मुझे क्षमा करें)[^।!?\\n]*(?:नहीं (?:कर|दे|बता) सक|असमर्थ|मदद नहीं)",
  "(?:عذرا|عذراً|آسف|أعتذر|للأسف|معذرة)[^.!؟\\n]*(?:لا أستطيع|لا يمكنني|لست قادر|غير قادر)",
  "لا (?:يمكنني|أستطيع) (?:مساعدتك|تقديم|الإجابة على هذا)",
  "(?:ขออภัย|ขอโทษ|เสียใจ)[^\\n]*ไม่สามารถ",
  "(?:mohon )?maaf[^.!?\\n]*tidak (?:bisa|dapat)",
  "(?:tôi )?(?:xin lỗi|rất tiếc)[^.!?\\n]*không thể",
  "(?:üzgünüm|özür dilerim|maalesef)[^.!?\\n]*(?:yapamam|edemem|olamam|veremem|yardımcı olamıyorum)"
] %}
CASE WHEN regexp_matches({{ value }}, {{ ("(?i)^[\\s\"'“*]*(?:" ~ ([sorry ~ "(?:" ~ english | join("|") ~ ")"] + other + params.phrases | list) | join("|") ~ ")") | literal }})
  {% if params.maximum is not none %}
  AND length({{ value }}) <= {{ params.maximum | literal }}
  {% endif %}
  THEN 'a refusal' END
