using System.Text;

namespace NetGen.Generator.Emit.CSharp;

/// <summary>Writes indented lines. Lines end in \n whatever the machine, and text is culture-invariant because callers format numbers before.</summary>
sealed class CodeWriter
{
    readonly StringBuilder text = new();
    int depth;
    bool blank = true;

    public override string ToString() => text.ToString();

    public void Line(string line = "")
    {
        if (line.Length > 0) text.Append(' ', depth * 4).Append(line);
        text.Append('\n');
        blank = line.Length == 0;
    }

    /// <summary>An empty line, unless there is one or a block has just begun.</summary>
    public void Gap()
    {
        if (!blank) Line();
    }

    public void Open(string? header = null)
    {
        if (header is not null) Line(header);
        Line("{");
        depth++;
        blank = true;
    }

    public void Close(string end = "}")
    {
        depth--;
        Line(end);
    }

    /// <summary>Documentation, one line of it a line.</summary>
    public void Doc(string element, params string[] lines)
    {
        if (lines.Length == 1) Line($"/// <{element}>{lines[0]}</{element.Split(' ')[0]}>");
        else
        {
            Line($"/// <{element}>");
            foreach (var line in lines) Line($"/// {line}");
            Line($"/// </{element.Split(' ')[0]}>");
        }
    }

    public static string Xml(string value) => value.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");
}
