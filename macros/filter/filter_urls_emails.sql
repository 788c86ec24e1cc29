{% import "lib/text.sql" as text %}
CASE WHEN len(regexp_extract_all({{ value }}, {{ text.url | literal }}))
    + CASE WHEN contains({{ value }}, '@') THEN len(regexp_extract_all({{ value }}, {{ text.email | literal }})) ELSE 0 END
    > {{ params.maximum | literal }}
  THEN {{ ("more than " ~ text.amount(params.maximum, "web or mail address") | replace("addresss", "addresses")) | literal }} END
