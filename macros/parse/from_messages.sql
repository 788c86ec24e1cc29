{% set said = "list_filter(" ~ column ~ ", lambda turn: turn.role IS DISTINCT FROM 'system')" %}
{#- Where the last thing that the user says stands: turns go user, assistant, user, assistant. -#}
{% set last = "CAST(greatest(len(" ~ said ~ ") - 1, 0) // 2 * 2 + 1 AS INTEGER)" %}
{% if part == "fail" %}
CASE
  WHEN FALSE THEN ''
  {% if params.instruction or params.output or params.history %}
  WHEN len(list_filter({{ said }}, lambda turn, place: turn.role IS DISTINCT FROM CASE place % 2 WHEN 1 THEN 'user' ELSE 'assistant' END)) > 0 THEN 'user and assistant do not take turns'
  {% endif %}
  {% if not params.history and (params.instruction or params.output) %}
  WHEN len({{ said }}) > 2 THEN 'more than one exchange'
  {% endif %}
  {% if params.chatml %}
  WHEN len(list_filter({{ column }}, lambda turn: turn.role IS NULL)) > 0 THEN 'a turn has no role'
  WHEN len(list_filter({{ column }}, lambda turn: contains(turn.content, '<|im_'))) > 0 THEN 'a text holds a mark of ChatML'
  {% endif %}
END
{% elif output == "sharegpt" %}
list_transform({{ column }}, lambda turn: {'from': CASE turn.role WHEN 'user' THEN 'human' WHEN 'assistant' THEN 'gpt' ELSE turn.role END, 'value': turn.content})
{% elif output == "chatml" %}
array_to_string(list_transform({{ column }}, lambda turn: '<|im_start|>' || turn.role || chr(10) || coalesce(turn.content, '') || '<|im_end|>'), chr(10))
{% elif output == "instruction" %}
{{ said }}[{{ last }}].content
{% elif output == "output" %}
{{ said }}[{{ last }} + 1].content
{% elif output == "input" %}
CASE WHEN {{ column }} IS NOT NULL THEN '' END
{% elif output == "system" %}
CASE WHEN {{ column }} IS NOT NULL THEN coalesce(array_to_string(list_transform(list_filter({{ column }}, lambda turn: turn.role = 'system'), lambda turn: turn.content), chr(10)), '') END
{% else %}
CASE WHEN {{ column }} IS NOT NULL THEN list_transform(range(1, {{ last }}, 2), lambda place: [{{ said }}[place].content, {{ said }}[place + 1].content]) END
{% endif %}
