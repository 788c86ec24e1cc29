{% import "lib/text.sql" as text %}
CASE WHEN {{ text.special_share(value) }} > {{ params.maximum | literal }}
  THEN {{ ("more than " ~ text.percent(params.maximum) ~ " special characters") | literal }} END
