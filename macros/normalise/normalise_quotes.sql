{#- A kind of quotation mark is taken with both of its halves; only apostrophes stand alone. -#}
{% set single, double = "‘’‚‛´", "“”„‟" %}
{% set backticks = "``([^`'\\n]*)''" %}
{% set inner = "«‹" ~ "»›" if params.guillemets else "" %}
{% set corners = "「」『』《》〈〉｢｣" if params.corners else "" %}
{% set marks = (single ~ double if params.curly else "") ~ inner ~ corners %}
{% set text = value %}
{% if params.guillemets %}
{#- French writes « text » with spaces inside; German »text« without. #}
{% set text = "regexp_replace(" ~ text ~ ", '([«‹])[ \\x{a0}\\x{202f}]([^«»‹›]*)[ \\x{a0}\\x{202f}]([»›])', '\\1\\2\\3', 'g')" %}
{% endif %}
{% if marks %}
{% set text = "translate(" ~ text ~ ", " ~ (marks | literal) ~ ", " ~ (("'''''" ~ '""""' if params.curly else "") ~ ('"\'"\'' if params.guillemets else "") ~ ('"' * (corners | length))) | literal ~ ")" %}
{% endif %}
{% if params.backticks %}
{% set text = "regexp_replace(" ~ text ~ ", " ~ backticks | literal ~ ", '\"\\1\"', 'g')" %}
{% endif %}
CASE WHEN regexp_matches({{ value }}, {{ ("[" ~ marks ~ "]" ~ ("|``" if params.backticks else "") if marks else "``") | literal }}) THEN {{ text }} ELSE {{ value }} END
