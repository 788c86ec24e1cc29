{#- One character for one is a translation; what becomes several is replaced. -#}
{% set full = "，。、；：？！（）［］｛｝【】〔〕～％＃＆＊＋－／＜＝＞＠＼＾＿｜｀＄．｡､" %}
{% set ascii = ",.,;:?!()[]{}[][]~%#&*+-/<=>@\\^_|`$..," %}
{% set dashes = "‐‑‒–−" %}
{% set marks = (full if params.full_width == "ascii" else "") ~ (dashes if params.dashes == "ascii" else "") %}
{% set plain = (ascii if params.full_width == "ascii" else "") ~ ("-" * (dashes | length) if params.dashes == "ascii" else "") %}
{% set several = ([("—", "--"), ("―", "--")] if params.dashes == "ascii" else []) + ([("…", "..."), ("‥", "..")] if params.ellipses == "ascii" else []) %}
{% set text = value %}
{% if params.space_after %}
{% set text = "regexp_replace(" ~ text ~ ", '([，、；：？！。])([\\p{L}\\p{M}\\p{N}])', '\\1 \\2', 'g')" %}
{% endif %}
{% set text = "translate(" ~ text ~ ", " ~ (marks | literal) ~ ", " ~ (plain | literal) ~ ")" if marks else text %}
{% set replaced = namespace(text=text) %}
{% for mark, written in several %}
{% set replaced.text = "replace(" ~ replaced.text ~ ", " ~ mark | literal ~ ", " ~ written | literal ~ ")" %}
{% endfor %}
{% set found = marks | replace("\\", "\\\\") ~ (several | map("first") | join) %}
{{ "every option says keep: nothing would change" | refuse if not found }}
CASE WHEN regexp_matches({{ value }}, {{ ("[" ~ found ~ "]") | literal }}) THEN {{ replaced.text }} ELSE {{ value }} END
