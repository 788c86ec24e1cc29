{% import "lib/text.sql" as text %}
{% set of = "list_max" if params.measure == "longest" else "list_avg" %}
{% set length = of ~ "(list_filter(list_transform(string_split(" ~ value ~ ", chr(10)), lambda line: length(trim(line, ' ' || chr(9) || chr(13)))), lambda size: size > 0))" %}
CASE
  WHEN {{ value }} IS NULL THEN NULL
  {% if params.minimum is not none %}
  WHEN {{ length }} < {{ params.minimum | literal }} THEN {{ (params.measure ~ " line shorter than " ~ text.amount(params.minimum, "character")) | literal }}
  {% endif %}
  {% if params.maximum is not none %}
  WHEN {{ length }} > {{ params.maximum | literal }} THEN {{ (params.measure ~ " line longer than " ~ text.amount(params.maximum, "character")) | literal }}
  {% endif %}
END
