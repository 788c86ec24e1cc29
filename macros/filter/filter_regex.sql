{% set options = "i" if params.ignore_case else "c" %}
CASE WHEN regexp_matches({{ value }}, {{ params.pattern | literal }}, {{ options | literal }}) = {{ (params.keep == "others") | literal }}
  THEN {{ ("matches " ~ params.pattern if params.keep == "others" else "does not match " ~ params.pattern) | literal }} END
