{% import "lib/text.sql" as text %}
{% set odd = "[" ~ text.odd_space ~ "][ " ~ text.odd_space ~ "]*" %}
{% set runs = " {2,}| *" ~ odd %}
{# Line ends first: CRLF, CR, U+2028 and U+2029 are line breaks. #}
{% set lines = "replace(translate(replace(" ~ value ~ ", chr(13) || chr(10), chr(10)), chr(13) || chr(8232) || chr(8233), repeat(chr(10), 3)), chr(0), '')" %}
{% set visible = "regexp_replace(" ~ lines ~ ", " ~ ("[" ~ text.invisible ~ "]+") | literal ~ ", '', 'g')" %}
{% if not params.keep_lines %}
trim(regexp_replace({{ visible }}, {{ ("\\n[ \\n" ~ text.odd_space ~ "]*|[ " ~ text.odd_space ~ "]+\\n[ \\n" ~ text.odd_space ~ "]*|" ~ runs) | literal }}, ' ', 'g'), ' ')
{% else %}
{% set within = "regexp_replace(" ~ visible ~ ", " ~ ("(\\S)(?:" ~ runs ~ ")") | literal ~ ", '\\1 ', 'g')"
   if params.keep_indentation else "regexp_replace(" ~ visible ~ ", " ~ ("(?m)^[ " ~ text.odd_space ~ "]+|" ~ runs) | literal ~ ", ' ', 'g')" %}
{% if not params.keep_indentation %}{% set within = "regexp_replace(" ~ within ~ ", '(?m)^ ', '', 'g')" %}{% endif %}
{% set ends = "regexp_replace(" ~ within ~ ", " ~ ("(?m)[ " ~ text.odd_space ~ "]+$") | literal ~ ", '', 'g')" %}
{% set blank = "regexp_replace(" ~ ends ~ ", '\\n{" ~ (params.blank_lines + 2) ~ ",}', repeat(chr(10), " ~ (params.blank_lines + 1) ~ "), 'g')" %}
trim({{ blank }}, chr(10))
{% endif %}
