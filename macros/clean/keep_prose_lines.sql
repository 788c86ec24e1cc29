{% import "lib/text.sql" as text %}
{#- What C4 did to web pages: a line of prose ends as a sentence does and has some words, mostly among
    its first characters: most lines are counted no further. -#}
coalesce(array_to_string(list_filter(string_split({{ value }}, chr(10)), lambda line: CASE
  {% if params.keep_blank %}
  WHEN line = '' THEN true
  {% endif %}
  {% if params.ends %}
  WHEN NOT {{ text.ends_complete("line") }} THEN false
  {% endif %}
  WHEN {{ text.words("left(line, " ~ 16 * params.minimum ~ ")") }} >= {{ params.minimum | literal }} THEN true
  ELSE {{ text.words("line") }} >= {{ params.minimum | literal }} END), chr(10)), left({{ value }}, 0))
