# style.awk - the rules a line of C can break.  For style.sh, which gives every
# file as its own run would: FNR is the line, FILENAME the file.

function offence(rule, what)
{
    print rule, FILENAME ":" FNR ": " what
}

# The line without comments and without what stands between quotes; in_comment
# lasts from line to line.
function code(line,    out, i, c)
{
    out = ""
    while (line != "") {
        if (in_comment) {
            i = index(line, "*/")
            if (!i)
                return out
            line = substr(line, i + 2)
            in_comment = 0
            out = out " "
        } else if (match(line, /["']|\/\*|\/\//)) {
            c = substr(line, RSTART, RLENGTH)
            out = out substr(line, 1, RSTART - 1)
            line = substr(line, RSTART + RLENGTH)
            if (c == "/*")
                in_comment = 1
            else if (c == "//") {
                offence("slashes", "//" line)
                return out
            } else if (c == "\"" && match(line, /^([^"\\]|\\.)*"/)) {
                line = substr(line, RLENGTH + 1)
                out = out "\"\""
            } else if (c == "'" && match(line, /^([^'\\]|\\.)*'/)) {
                line = substr(line, RLENGTH + 1)
                out = out "' '"
            }
        } else
            return out line
    }
    return out
}

FNR == 1 {
    in_comment = 0
    n = split(FILENAME, parts, "/")
    if (index($0, "/* " parts[n] " - ") != 1)
        offence("title", "begins with another line than /* " parts[n] " - ")
}
FNR == 801 { offence("long", "past 800 lines") }
/\t/ { offence("blanks", "a tab") }
/[ \t\r]$/ { offence("blanks", "blanks at the end") }
{
    width = $0
    gsub(/[\200-\277]/, "", width)      # one a character, whatever its bytes
    if (length(width) > 80)
        offence("width", length(width) " columns")
}
/(^|[^A-Za-z0-9_])(TODO|FIXME|XXX|HACK|WIP)([^A-Za-z0-9_]|$)/ {
    offence("unfinished", $0)
}
tolower($0) ~ /not (yet )?implemented( yet|[.;]|$)|unimplemented/ {
    offence("unfinished", $0)
}
{
    text = code($0)
    if (match(text, banned))
        offence("banned", $0)
    if (text ~ /(^|[^A-Za-z0-9_])typedef +(struct|union|enum)/)
        offence("typedef", $0)
    if (text ~ /(^|[^A-Za-z0-9_])return \([^()]*\);/)
        offence("return", $0)
    if (text ~ /^(static )?[a-z][A-Za-z0-9_ *]*\([^;{]*\) *\{/ \
        && text !~ /^(struct|enum|union) [a-z_0-9]* *\{/)
        offence("brace", $0)
}
