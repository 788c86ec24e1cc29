{#- What is a word, a number, blank and whitespace, said once for every SQL body.

  A word is a run of letters and marks (one apostrophe inside it), a numeral, or one letter of a
  script that is written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese). -#}

{%- set spaceless -%}
\p{Han}\p{Hiragana}\p{Katakana}\x{30fc}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}
{%- endset -%}

{%- set letter -%}
[^\P{L}{{ spaceless }}]
{%- endset -%}

{%- set word -%}
[{{ spaceless }}]\p{M}*|{{ letter }}(?:{{ letter }}|\p{M})*(?:['’](?:{{ letter }}|\p{M})+)?|\d+(?:[.,]\d+)*
{%- endset -%}

{#- Horizontal whitespace but the space itself. -#}
{%- set odd_space -%}
\t\x0b\x0c\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}
{%- endset -%}

{#- Characters without width or meaning of their own. The joiners U+200C and U+200D are not among
    them: emoji, Persian and Indic words need them. -#}
{%- set invisible -%}
\x{ad}\x{200b}\x{2060}\x{feff}
{%- endset -%}

{%- set any_space -%}
[\s{{ odd_space }}{{ invisible }}\x{2028}\x{2029}]
{%- endset -%}

{#- A host is tried in ASCII first: in running Chinese no space stands after it. -#}
{%- set host -%}
(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}|(?:[\p{L}\p{N}-]+\.)+[A-Za-z]{2,}
{%- endset -%}

{#- A web address without the punctuation that follows it in a sentence. -#}
{%- set url -%}
(?:(?:https?|ftp)://(?:{{ host }}|[A-Za-z0-9.-]*[A-Za-z0-9])|\bwww\.(?:{{ host }}))(?::\d+)?(?:[/?#](?:[!#-;=?-~]*[#-&*+/-9=@A-Z\\_a-z~-])?)?
{%- endset -%}

{%- set email -%}
[A-Za-z0-9._%+-]*[A-Za-z0-9_%+-]@(?:[\p{L}\p{N}-]+\.)+(?:[A-Za-z]{2,}|\p{L}{2,})
{%- endset -%}

{#- A digit of any script that writes numbers as 12.5. -#}
{%- set digit -%}
[0-9０-９٠-٩۰-۹०-९]
{%- endset -%}

{#- A number with its sign and the one character before it. -#}
{%- set number -%}
[^{{ digit[1:] }}[-−]?[$€£¥]?(?:(?:{{ digit }}{1,3}(?:,{{ digit }}{3})+|{{ digit }}+)(?:\.{{ digit }}+)?|\.{{ digit }}+)
{%- endset -%}

{%- macro words(value) -%}
len(regexp_extract_all({{ value }}, {{ word | literal }}))
{%- endmacro -%}

{%- macro is_blank(value) -%}
NOT regexp_matches({{ value }}, {{ ("[^\\s" ~ odd_space ~ invisible ~ "\\x{2028}\\x{2029}]") | literal }})
{%- endmacro -%}

{%- macro trimmed(value) -%}
regexp_replace({{ value }}, {{ ("^" ~ any_space ~ "+|" ~ any_space ~ "+$") | literal }}, '', 'g')
{%- endmacro -%}

{#- Digits of other scripts and of full width as 0-9. -#}
{%- macro western_digits(value) -%}
translate({{ value }}, '０１２３４５６７８９٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹०१२३४५६७८९', '0123456789012345678901234567890123456789')
{%- endmacro -%}

{#- The last number in a text as DOUBLE, null when there is none: '-$1,000.50 each' is -1000.5.
    A `-` right after a digit, a letter or a bracket is a minus between two terms, not a sign. -#}
{%- macro last_number(value) -%}
{%- set found = "regexp_extract_all(' ' || " ~ value ~ ", " ~ number | literal ~ ")[-1]" -%}
try_cast(replace(regexp_replace(regexp_replace({{ western_digits(found) }}, '^[\p{L})\]][-−]|^.', ''), '[$€£¥,]', '', 'g'), '−', '-') AS DOUBLE)
{%- endmacro -%}

{#- A length-prefixed copy, so that ('ab', 'c') and ('a', 'bc') differ; null is not the empty text. -#}
{%- macro key_part(value) -%}
coalesce(length({{ value }}) || ':' || {{ value }}, '-')
{%- endmacro -%}

{%- macro amount(count, noun) -%}
{{ count }} {{ noun }}{{ "" if count == 1 else "s" }}
{%- endmacro -%}

{%- macro percent(share) -%}
{{ "%g" | format(share * 100) }} %
{%- endmacro -%}

{#- How many characters are not whitespace. Plain replacements are ten times faster than a pattern
    that matches at every space. -#}
{%- macro visible_length(value) -%}
length(regexp_replace(replace(replace(replace(replace({{ value }}, ' ', ''), chr(10), ''), chr(9), ''), chr(13), ''), {{ ("[" ~ odd_space ~ "]+") | literal }}, '', 'g'))
{%- endmacro -%}

{#- How many characters are neither whitespace nor a letter, mark or digit of any script. They are few:
    taking them out is faster than replacing all others. -#}
{%- macro special_length(value) -%}
len(regexp_extract_all({{ value }}, {{ ("[^\\p{L}\\p{M}\\p{N}\\s" ~ odd_space ~ "]") | literal }}))
{%- endmacro -%}

{#- Their share among the characters that are not whitespace; null for null and for a blank text. -#}
{%- macro special_share(value) -%}
({{ special_length(value) }} / nullif({{ visible_length(value) }}, 0))
{%- endmacro -%}

{#- Marks that end a sentence, in any script; ':' and ';' do not. -#}
{%- set sentence_end -%}
.!?…。！？｡．।॥؟۔።៕။‼⁉
{%- endset -%}

{#- What may stand between a sentence's end and the next one. -#}
{%- set closing -%}
"'”’»›)\]}」』）】*_
{%- endset -%}

{#- Whether a text ends as a sentence does; Thai and Lao have no mark for that, code blocks close. -#}
{%- macro ends_complete(value) -%}
regexp_matches({{ value }}, {{ ("(?:[" ~ sentence_end ~ "][" ~ closing ~ "]*|[\\p{Thai}\\p{Lao}]|```)" ~ any_space ~ "*$") | literal }})
{%- endmacro -%}
