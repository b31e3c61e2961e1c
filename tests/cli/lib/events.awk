# events.awk - the names of events in calls of log_event, one a line with the
# file: every string among the first two arguments.
BEGIN { RS = "\001" }
{
    text = $0
    while ((at = index(text, "log_event(")) > 0) {
        text = substr(text, at + 10)
        depth = 0
        comma = 0
        for (i = 1; i <= length(text) && comma < 2 && depth >= 0; i++) {
            c = substr(text, i, 1)
            if (c == "\"") {
                name = ""
                while ((c = substr(text, ++i, 1)) != "\"")
                    name = name c
                if (comma == 1)
                    print name, FILENAME
            } else if (c == "(" || c == "[")
                depth++
            else if (c == ")" || c == "]")
                depth--
            else if (c == "," && depth == 0)
                comma++
        }
    }
}
