{% import "lib/text.sql" as text %}
{#- Most texts are in order already: one look tells, five times faster than the work. -#}
{% set untidy = "  |[\\x00\\r\\x{2028}\\x{2029}" ~ text.invisible ~ text.odd_space ~ "]| \\n|\\n ?\\n ?\\n|^\\s|\\s$" ~ ("|\\n" if not params.keep_lines else "") ~ ("|\\n " if not params.keep_indentation else "") ~ ("|\\n\\n" if params.blank_lines == 0 else "") %}
{% set runs = "(?: {2,}| *[" ~ text.odd_space ~ "][ " ~ text.odd_space ~ "]*)" %}
{% set spaces = "[ " ~ text.odd_space ~ "]" %}
{#- CRLF, CR, U+2028 and U+2029 are line breaks. -#}
{% set lines = "replace(translate(replace(" ~ value ~ ", chr(13) || chr(10), chr(10)), chr(13) || chr(8232) || chr(8233), repeat(chr(10), 3)), chr(0), '')" %}
{% set visible = "regexp_replace(" ~ lines ~ ", " ~ ("[" ~ text.invisible ~ "]+") | literal ~ ", '', 'g')" %}
{% if not params.keep_lines %}
{% set tidy = "trim(regexp_replace(" ~ visible ~ ", " ~ (spaces ~ "*\\n[ \\n" ~ text.odd_space ~ "]*|" ~ runs) | literal ~ ", ' ', 'g'), ' ')" %}
{% else %}
{% if params.keep_indentation %}
{% set within = "regexp_replace(" ~ visible ~ ", " ~ ("(\\S)" ~ runs) | literal ~ ", '\\1 ', 'g')" %}
{% else %}
{% set within = "regexp_replace(regexp_replace(" ~ visible ~ ", " ~ runs | literal ~ ", ' ', 'g'), '(?m)^ ', '', 'g')" %}
{% endif %}
{% set ends = "regexp_replace(replace(" ~ within ~ ", ' ' || chr(10), chr(10)), " ~ ("(?m)^" ~ spaces ~ "+$") | literal ~ ", '', 'g')" %}
{% set blank = "regexp_replace(" ~ ends ~ ", '\\n{" ~ (params.blank_lines + 2) ~ ",}', repeat(chr(10), " ~ (params.blank_lines + 1) ~ "), 'g')" %}
{% set tidy = "regexp_replace(trim(" ~ blank ~ ", chr(10)), " ~ (spaces ~ "+$") | literal ~ ", '')" %}
{% endif %}
CASE WHEN regexp_matches({{ value }}, {{ untidy | literal }}) THEN {{ tidy }} ELSE {{ value }} END
