"""A manual page (roff, man macros) from swift-argument-parser's description of a program: man_page.py VERSION <HELP.json"""

import json
import sys


def roff(text):
    """Text as roff reads it: no line is a request, no hyphen is a dash, no backslash an escape."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)
    return "\n".join("\\&" + line if line[:1] in (".", "'") else line for line in text.split("\n"))


def name(entry):
    return ("--" if entry["kind"] == "long" else "-") + entry["name"]


def synopsis(argument):
    value = argument.get("valueName", "value")
    if argument["kind"] == "positional":
        word = f"\\fI{roff(value)}\\fR" + ("..." if argument["isRepeating"] else "")
        return f"[{word}]" if argument["isOptional"] else word
    word = f"\\fB{roff(name(argument['preferredName']))}\\fR"
    if argument["kind"] == "option":
        word += f" \\fI{roff(value)}\\fR"
    return f"[{word}]" if argument["isOptional"] else word


def arguments(command):
    return [a for a in command.get("arguments", []) if a["shouldDisplay"] and a.get("valueName") not in ("help", "version")]


def describe(argument):
    value = f"\\fI{roff(argument.get('valueName', 'value'))}\\fR"
    if argument["kind"] == "positional":
        head = value
    else:
        names = sorted(argument["names"], key=lambda n: len(n["name"]))
        head = ", ".join(f"\\fB{roff(name(n))}\\fR" for n in names)
        if argument["kind"] == "option":
            head += " " + value
    text = argument.get("abstract", "")
    if argument.get("allValues"):
        text += f" One of {', '.join(argument['allValues'])}."
    if argument.get("defaultValue"):
        text += f" Default: {argument['defaultValue']}."
    return f".TP\n{head}\n{roff(text) or 'No description.'}"


def main():
    command = json.load(sys.stdin)["command"]
    program = command["commandName"]
    out = [
        f'.TH {program.upper()} 1 "" "{program} {roff(sys.argv[1])}" "User Commands"',
        ".SH NAME", f"{program} \\- {roff(command['abstract'].rstrip('.'))}",
        ".SH SYNOPSIS", f"\\fB{program}\\fR \\fIcommand\\fR [\\fIoptions\\fR]",
        ".SH DESCRIPTION", roff(command.get("discussion", "").replace("\n\n", "\n.PP\n")).replace("\\&.PP", ".PP"),
        ".SH COMMANDS",
    ]
    for sub in command["subcommands"]:
        if sub["commandName"] == "help" or not sub.get("shouldDisplay", True):
            continue
        known = arguments(sub)
        words = " ".join(synopsis(a) for a in known)
        out += [f".SS {program} {sub['commandName']}", f"\\fB{program} {sub['commandName']}\\fR {words}", ".PP", roff(sub.get("abstract", ""))]
        if sub.get("discussion"):
            out += [".PP", roff(sub["discussion"])]
        out += [describe(a) for a in known]
    out += [
        ".SH SEE ALSO", roff("The README of v2x; `v2x schema` for every key of a scenario; `v2x help COMMAND`."),
    ]
    print("\n".join(line for line in out if line))


if __name__ == "__main__":
    main()
