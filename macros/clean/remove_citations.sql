{#- A mark in brackets follows a word or its punctuation, and nothing goes on after it: x[1](y) is a
    link, [1] at the start of a line is an entry of the list of references, and a[0] is code. -#}
{% set marks = "[1-9][0-9]{0,2}[a-z]?(?:\\s?[,;–-]\\s?[1-9][0-9]{0,2}[a-z]?)*" %}
{% set bracket = "\\[(?:" ~ marks ~ "|(?i:note \\d+|citation needed|clarification needed|better source needed|when\\?|who\\?|by whom\\?|vague))\\]" %}
{% set name = "\\p{Lu}[\\p{L}'’-]+(?:[ -]\\p{Lu}[\\p{L}'’-]+)?" %}
{#- One name needs a comma before the year: (Smith, 2019), but (May 2020) is a date. -#}
{% set authors = "(?:" ~ name ~ "(?:(?:,? and |,? & |, | und | et | y )" ~ name ~ ")*(?:,? et al\\.?,?|(?:,? and |,? & | und | et | y )" ~ name ~ ",?)|" ~ name ~ ",)" %}
{% set work = "(?:(?:see|see also|cf\\.|e\\.g\\.,?|i\\.e\\.,?) )?" ~ authors ~ " (?:1[5-9]|20)\\d\\d[a-z]?(?:, ?(?:1[5-9]|20)\\d\\d[a-z]?)*(?:[,:] ?(?:pp?\\. ?)?\\d+(?:[–-]\\d+)?)?" %}
{#- All but the next tag of a reference: many that never close would each be read to the end. -#}
{% set inside = "(?:[^<]|<(?:[^/r<]|/[^r<]|r[^e<]|/r[^e<]|re[^f<]|/re[^f<]))*" %}
{% set cleaned = namespace(text=value) %}
{% if "wiki" in params.kinds %}
{% set cleaned.text = "regexp_replace(" ~ cleaned.text ~ ", " ~ (("(?is)<ref\\b[^<>]*/>|<ref\\b[^<>]*>" ~ inside ~ "</ref>|</?ref\\b[^<>\\n]*>?|\\{\\{\\s*cite\\b[^{}]*(?:\\}\\}|$)") | literal) ~ ", '', 'g')" %}
{% endif %}
{% if "author_year" in params.kinds %}
{% set cleaned.text = "regexp_replace(" ~ cleaned.text ~ ", " ~ ((" ?\\(" ~ work ~ "(?:; ?" ~ work ~ ")*\\)") | literal) ~ ", '', 'g')" %}
{% endif %}
{% if "brackets" in params.kinds %}
{% set cleaned.text = "regexp_replace(" ~ cleaned.text ~ ", " ~ (("([\\p{L}\\p{M}\\p{N}.,;:!?…。，、；：！？।”’\"')）»]) ?(?:" ~ bracket ~ ")+([^(:=\\w\\[]|$)") | literal) ~ ", '\\1\\2', 'g')" %}
{% endif %}
{{ cleaned.text }}
