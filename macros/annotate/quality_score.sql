{% import "lib/text.sql" as text %}
{#- Five signs of a well-made text, each 0 to 1, and how much each weighs. -#}
{% set letters = "length(regexp_replace(" ~ value ~ ", '[^\\p{L}]+', '', 'g'))" %}
{% set capitals = "length(regexp_replace(" ~ value ~ ", '[^\\p{Lu}]+', '', 'g'))" %}
{% set readable = "(1 - least(1, coalesce(" ~ text.special_share(value) ~ ", 1) / 0.5))" %}
{% set long = "least(1, " ~ text.words(value) ~ " / 20)" %}
{% set finished = "CAST(regexp_matches(" ~ value ~ ", " ~ ("(?:[" ~ text.sentence_end ~ "][" ~ text.closing ~ "]*|[\\p{Thai}\\p{Lao}]|```)" ~ text.any_space ~ "*$") | literal ~ ") AS DOUBLE)" %}
{% set calm = "(1 - greatest(0, least(1, (coalesce(" ~ capitals ~ " / nullif(" ~ letters ~ ", 0), 1) - 0.3) / 0.4)))" %}
{% set clean = "(1 - CAST(regexp_matches(" ~ value ~ ", '</?[a-zA-Z][^<>]{0,200}>|&[a-z]{2,8};|�|Ã[\\x{80}-\\x{bf}]|â€') AS DOUBLE))" %}
CASE WHEN {{ value }} IS NOT NULL
  THEN round(0.3 * {{ readable }} + 0.2 * {{ long }} + 0.2 * {{ finished }} + 0.15 * {{ calm }} + 0.15 * {{ clean }}, 3) END
