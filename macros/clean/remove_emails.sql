{% import "lib/text.sql" as text %}
CASE WHEN contains({{ value }}, '@')
  THEN regexp_replace({{ value }}, {{ ("(?:mailto:)?(?:" ~ text.email ~ ")") | literal }}, {{ params.replacement | replace("\\", "\\\\") | literal }}, 'g')
  ELSE {{ value }} END
