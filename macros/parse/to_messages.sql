{#- Every format as a list of turns; of several that are named, the first that is not null counts. -#}
{% set roles = "MAP {'human': 'user', 'prompter': 'user', 'gpt': 'assistant', 'chatgpt': 'assistant', 'bard': 'assistant', 'bing': 'assistant', 'model': 'assistant', 'bot': 'assistant', 'ai': 'assistant', 'observation': 'tool', 'function_response': 'tool', 'tool_response': 'tool'}" %}
{{ "name a column: instruction, sharegpt, openai or chatml" | refuse if not (params.instruction or params.sharegpt or params.openai or params.chatml) }}
{{ "output, input, system and history belong to an instruction: name its column" | refuse if not params.instruction and (params.output or params.input or params.system or params.history) }}
{% macro role(name) %}coalesce({{ roles }}[lower(trim({{ name }}))], lower(trim({{ name }}))){% endmacro %}
{% macro visible(text) %}CASE WHEN regexp_matches({{ text }}, '\S') THEN {{ text }} END{% endmacro %}
{#- ChatML in pieces, one for each turn: the role, a line break, the content, the end. -#}
{% macro pieces(text) %}list_slice(string_split({{ text }}, '<|im_start|>'), 2, -1){% endmacro %}
{% macro content(piece) %}split_part(substr({{ piece }}, instr({{ piece }}, chr(10)) + 1), '<|im_end|>', 1){% endmacro %}
{% if part == "fail" %}
CASE
  WHEN FALSE THEN ''
  {% for turns, speaker in [(sharegpt, 'turn."from"'), (openai, "turn.role")] if turns %}
  WHEN len(list_filter({{ turns }}, lambda turn: turn IS NOT NULL AND {{ speaker }} IS NULL)) > 0 THEN 'a turn has no role'
  {% endfor %}
  {% if chatml %}
  WHEN regexp_matches({{ chatml }}, '^\s*<\|im_start\|>') IS FALSE AND {{ chatml }} <> '' THEN 'not ChatML'
  WHEN len(list_filter({{ pieces(chatml) }}, lambda piece, place:
    NOT regexp_matches(piece, '^\w+(?:[ \t][^\n]*)?(?:\r?\n|$)') OR regexp_matches(piece, '<\|im_end\|>\s*\S')
    OR (NOT contains(piece, '<|im_end|>') AND place < len({{ pieces(chatml) }})))) > 0 THEN 'not ChatML'
  {% endif %}
END
{% else %}
coalesce(
  {% if sharegpt %}
  list_transform(list_filter({{ sharegpt }}, lambda turn: turn IS NOT NULL), lambda turn: {'role': {{ role('turn."from"') }}, 'content': turn.value}),
  {% endif %}
  {% if openai %}
  list_transform(list_filter({{ openai }}, lambda turn: turn IS NOT NULL), lambda turn: {'role': {{ role("turn.role") }}, 'content': turn.content}),
  {% endif %}
  {% if chatml %}
  {#- An answer that is still to be written is no turn. #}
  CASE WHEN {{ chatml }} IS NOT NULL THEN list_transform(list_filter({{ pieces(chatml) }}, lambda piece: contains(piece, '<|im_end|>') OR regexp_matches(piece, '\n\s*\S')),
    lambda piece: {'role': {{ role("regexp_extract(piece, '^\\w+')") }}, 'content': {{ content("piece") }}}) END,
  {% endif %}
  {% if params.instruction %}
  {% set said, added, answer, before, earlier = refs[params.instruction], refs[params.input], refs[params.output], refs[params.system], refs[params.history] %}
  CASE WHEN {{ said }} IS NOT NULL {{ "OR " ~ answer ~ " IS NOT NULL" if answer is defined }} THEN list_filter(
    {{ "[{'role': 'system', 'content': " ~ visible(before) ~ "}] || " if before is defined }}
    {{ "coalesce(flatten(list_transform(" ~ earlier ~ ", lambda pair: [{'role': 'user', 'content': pair[1]}, {'role': 'assistant', 'content': pair[2]}])), []) || " if earlier is defined }}
    [{'role': 'user', 'content': {{ "concat_ws(" ~ params.joiner | literal ~ ", " ~ said ~ ", " ~ visible(added) ~ ")" if added is defined else said }}}{{ ", {'role': 'assistant', 'content': " ~ answer ~ "}" if answer is defined }}],
    lambda turn: turn.content IS NOT NULL) END,
  {% endif %}
  NULL
)
{% endif %}
