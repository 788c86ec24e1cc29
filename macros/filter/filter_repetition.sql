{% import "lib/text.sql" as text %}
CASE WHEN {{ refs[params.score] }} > {{ params.maximum | literal }}
  THEN {{ ("more than " ~ text.percent(params.maximum) ~ " repeated") | literal }} END
