using System.Text;
using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Parsing;

/// <summary>Writes a query on several lines: each node on one where it fits, else its parts on lines of their own, one level deeper.</summary>
sealed class QueryLayout(int longest)
{
    // Indentation ends somewhere, or a high tree with many parts would be laid out to a thousand times its length.
    const int DeepestIndent = 50;

    readonly StringBuilder _text = new();

    public override string ToString() => _text.ToString();

    /// <param name="isInLine">The place for it is on the line already.</param>
    public void Write(Expression node, int level, bool isInLine = false)
    {
        if (!isInLine) Indent(level);
        if (OnOneLine(node) is { } line)
        {
            _text.Append(line);
            return;
        }

        switch (node)
        {
            case Parenthesized parens:
                Open("(");
                Write(parens.Inner, level + 1);
                Close(level);
                break;
            case Unary unary:
                _text.Append(QueryLine.Sign(unary));
                Write(unary.Inner, level, isInLine: true);
                break;
            case Binary binary:
                _text.Length -= isInLine ? 0 : Width(level);
                if (QueryLine.IsInfinityToAPower(binary))
                {
                    if (!isInLine) Indent(level + 1);
                    _text.Append("Inf");
                }
                else Write(binary.Left, level + 1, isInLine);

                _text.Append('\n');
                Indent(level);
                _text.Append(QueryLine.Operator(binary)).Append('\n');
                Write(binary.Right, level + 1);
                break;
            case Aggregation aggregation:
                Open(QueryLine.Head(aggregation) + "(");
                if (aggregation.Parameter is not null)
                {
                    Write(aggregation.Parameter, level + 1);
                    _text.Append(",\n");
                }

                Write(aggregation.Inner, level + 1);
                Close(level);
                break;
            case Call call:
                Open(call.Function.Name + "(");
                for (var at = 0; at < call.Arguments.Length; at++)
                {
                    if (at > 0) _text.Append(",\n");
                    Write(call.Arguments[at], level + 1);
                }

                Close(level);
                break;
            case Subquery subquery:
                Write(subquery.Inner, level, isInLine: true);
                var suffix = new QueryLine(int.MaxValue);
                suffix.Suffix(subquery);
                _text.Append(suffix);
                break;
            default:
                _text.Append(PromqlPrinter.Print(node));
                break;
        }
    }

    string? OnOneLine(Expression node)
    {
        var line = new QueryLine(longest);
        line.Write(node);
        return line.IsTooLong ? null : line.ToString();
    }

    static int Width(int level) => Math.Min(level, DeepestIndent) * 2;

    void Indent(int level) => _text.Append(' ', Width(level));

    void Open(string head) => _text.Append(head).Append('\n');

    void Close(int level)
    {
        _text.Append('\n');
        Indent(level);
        _text.Append(')');
    }
}
