{#- Unicode's emoji that are pictures by default, and the signs that are one before U+FE0F. A digit, ©
    and ™ alone are text; so are the circled numbers ❶ and every letter, Chinese ones above all. -#}
{% set picture -%}
[\x{231a}\x{231b}\x{23e9}-\x{23f3}\x{23f8}-\x{23fa}\x{2600}-\x{2604}\x{260e}\x{2611}\x{2614}\x{2615}\x{2618}\x{261d}\x{2620}\x{2622}\x{2623}\x{2626}\x{262a}\x{262e}\x{262f}\x{2638}-\x{263a}\x{2648}-\x{2653}\x{2665}\x{2668}\x{267b}\x{267f}\x{2692}-\x{2697}\x{2699}\x{269b}\x{269c}\x{26a0}\x{26a1}\x{26a7}\x{26aa}\x{26ab}\x{26b0}\x{26b1}\x{26bd}\x{26be}\x{26c4}\x{26c5}\x{26c8}\x{26ce}\x{26cf}\x{26d1}\x{26d3}\x{26d4}\x{26e9}\x{26ea}\x{26f0}-\x{26f5}\x{26f7}-\x{26fa}\x{26fd}\x{2702}\x{2705}\x{2708}-\x{270d}\x{270f}\x{2712}\x{2714}\x{2716}\x{271d}\x{2721}\x{2728}\x{2733}\x{2734}\x{2744}\x{2747}\x{274c}\x{274e}\x{2753}-\x{2755}\x{2757}\x{2763}\x{2764}\x{2795}-\x{2797}\x{27a1}\x{27b0}\x{27bf}\x{2b1b}\x{2b1c}\x{2b50}\x{2b55}\x{1f004}\x{1f0cf}\x{1f170}\x{1f171}\x{1f17e}\x{1f17f}\x{1f18e}\x{1f191}-\x{1f19a}\x{1f201}\x{1f202}\x{1f21a}\x{1f22f}\x{1f232}-\x{1f23a}\x{1f250}\x{1f251}\x{1f300}-\x{1f64f}\x{1f680}-\x{1f6ff}\x{1f7e0}-\x{1f7eb}\x{1f7f0}\x{1f90c}-\x{1faff}]
{%- endset %}
{% set drawn = "[©®‼⁉™ℹ↔-↙↩↪⌨⏏Ⓜ▪▫▶◀◻-◾⤴⤵⬅-⬇〰〽㊗㊙♀♂♟♠♣♦♾]\\x{fe0f}" %}
{% set one = "(?:" ~ picture ~ "[\\x{fe0f}\\x{1f3fb}-\\x{1f3ff}]*[\\x{e0020}-\\x{e007f}]*|" ~ drawn ~ ")" %}
{#- A family is one sequence: pictures joined by U+200D. Flags are pairs of letters of their own. -#}
{% set emoji = "(?:" ~ one ~ "(?:\\x{200d}(?:" ~ one ~ "|[♀♂↔↕]))*|[\\x{1f1e6}-\\x{1f1ff}]+|[0-9#*]\\x{fe0f}?\\x{20e3})" %}
{#- :-) and the like between spaces: eyes, a nose or none, a mouth; a word may not go on after it. -#}
{% set emoticon = "(?:[:;=xX][-^'o]?(?:[)(\\[\\]|/\\\\*]+(?:\\B|$)|[DPpOo3]\\b)|<3\\b|[xX]D\\b|\\^_+\\^|-_+-|T_+T\\b)" %}
{% set cleaned %}
{% if params.replacement %}
regexp_replace({{ value }}, {{ emoji | literal }}, {{ params.replacement | replace("\\", "\\\\") | literal }}, 'g')
{% else %}
regexp_replace({{ value }}, {{ ("(?m)^(?:" ~ emoji ~ " *)+| ?" ~ emoji) | literal }}, '', 'g')
{% endif %}
{% endset %}
{% if params.emoticons %}
regexp_replace({{ cleaned }}, {{ ("(^|\\s)" ~ emoticon ~ "(?:\\s" ~ emoticon ~ ")*") | literal }}, {{ ("\\1" ~ params.replacement | replace("\\", "\\\\")) | literal }}, 'g')
{% else %}
{{ cleaned }}
{% endif %}
