{% import "lib/text.sql" as text %}
{#- Five signs of a well-made text, each 0 to 1. Counts are taken once, in a list of one.
    Twenty words stand within the first 400 characters of a text that has them, mostly within 160. -#}
{% set counts %}
{
  'visible': {{ text.visible_length(value) }},
  'special': {{ text.special_length(value) }},
  'capitals': len(regexp_extract_all({{ value }}, '\p{Lu}'))
}
{%- endset %}
{% set readable = "(1 - least(1, coalesce(count.special / nullif(count.visible, 0), 1) / 0.5))" %}
{% set long %}
CASE WHEN {{ text.words("left(" ~ value ~ ", 160)") }} >= 20 THEN 1
  ELSE least(1, {{ text.words("left(" ~ value ~ ", 400)") }} / 20) END
{%- endset %}
{% set finished = "CAST(" ~ text.ends_complete(value) ~ " AS DOUBLE)" %}
{% set calm = "(1 - greatest(0, least(1, (coalesce(count.capitals / nullif(count.visible - count.special, 0), 1) - 0.3) / 0.4)))" %}
{#- Patterns of their own are found by their first letter, several times as fast as in one. -#}
{% set broken %}
regexp_matches({{ value }}, '</?[a-zA-Z][^<>]{0,200}>') OR regexp_matches({{ value }}, '&[a-z]{2,8};')
  OR regexp_matches({{ value }}, 'Ã[\x{80}-\x{bf}]') OR contains({{ value }}, '�') OR contains({{ value }}, 'â€')
{%- endset %}
{% set clean = "(1 - CAST((" ~ broken ~ ") AS DOUBLE))" %}
CASE WHEN {{ value }} IS NOT NULL THEN
  list_transform([{{ counts }}], lambda count:
    round(0.3 * {{ readable }} + 0.2 * {{ long }} + 0.2 * {{ finished }} + 0.15 * {{ calm }} + 0.15 * {{ clean }}, 3))[1]
END
