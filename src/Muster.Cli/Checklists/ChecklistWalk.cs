using System.Collections.Immutable;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace Muster.Cli.Checklists;

/// <summary>From blocks to items. Each line that is not blank is claimed once, by an item or by a reason; what nobody claims is prose.</summary>
sealed class ChecklistWalk
{
    const int MostDepth = 60;
    const int LongestTitle = 200;
    const int LongestSection = 100;
    const int LongestLine = 160;

    readonly SourceText _source;
    readonly bool _headings;
    readonly Dictionary<int, string> _because = [];
    readonly HashSet<int> _taken = [];

    readonly Footnotes _footnotes;

    ChecklistWalk(SourceText source, bool headings) => (_source, _headings, _footnotes) = (source, headings, Footnotes.Of(source));

    public List<Item> Found { get; } = [];

    public string? Title { get; private set; }

    /// <summary>Where a block stands: its section, the words above it that it completes, and whether the checklist leaves it out.</summary>
    public sealed record Where(string? Section = null, string Intro = "", bool LeftOut = false, string Prose = Because.Prose, int Depth = 0);

    /// <param name="headings">Headings with nothing but prose below them are items too.</param>
    public static ChecklistWalk Of(MarkdownDocument parsed, SourceText source, bool headings)
    {
        var walk = new ChecklistWalk(source, headings);
        walk.Sections(parsed);
        return walk;
    }

    /// <summary>Every line that no item has.</summary>
    public ImmutableArray<Other> Others() =>
        [.. _source.Spoken.Where(line => !_taken.Contains(line)).Select(line => new Other(line, _because.GetValueOrDefault(line, Because.Prose), Spoken.Shown(_source.Line(line), LongestLine)))];

    void Sections(MarkdownDocument parsed)
    {
        var headings = parsed.OfType<HeadingBlock>().ToList();
        var title = headings is [{ Level: 1 } first, ..] && headings.Count(heading => heading.Level == 1) == 1 ? first : null;
        var where = new Where();
        var above = new Stack<HeadingBlock>();
        var leftOutBelow = int.MaxValue;
        var leaveOutNext = false;
        for (var i = 0; i < parsed.Count; i++)
        {
            if (parsed[i] is HtmlBlock html && Spoken.IsNoControl(TextOf(html)))
            {
                leaveOutNext = true;
                Claim(html, Because.LeftOut);
                continue;
            }

            if (parsed[i] is not HeadingBlock heading)
            {
                Block(parsed[i], leaveOutNext ? where with { LeftOut = true } : where);
                leaveOutNext = false;
                continue;
            }

            var said = Spoken.Of(heading.Inline);
            if (heading.Level <= leftOutBelow) leftOutBelow = said.LeftOut || leaveOutNext ? heading.Level : int.MaxValue;
            leaveOutNext = false;
            where = new(heading == title || said.Words.Length == 0 ? null : Spoken.Shown(said.Words, LongestSection), LeftOut: leftOutBelow < int.MaxValue);
            if (heading == title) Title = Spoken.Shown(said.Words, LongestTitle);
            while (above.TryPeek(out var sibling) && sibling.Level >= heading.Level) above.Pop();
            var parent = above.TryPeek(out var higher) && higher != title ? higher : null;
            above.Push(heading);
            var below = parsed.Skip(i + 1).TakeWhile(block => block is not HeadingBlock).ToList();
            var isLeaf = i + 1 + below.Count == parsed.Count || ((HeadingBlock)parsed[i + 1 + below.Count]).Level <= heading.Level;
            if (!where.LeftOut && heading != title && isLeaf && Spoken.Says(said.Words) && IsItem(said) && below.TrueForAll(IsPlain))
            {
                Add([heading, .. below], heading, said, where with { Section = parent is null ? null : Spoken.Shown(Spoken.Of(parent.Inline).Words, LongestSection) });
                i += below.Count;
            }
            else Claim(heading, where.LeftOut ? Because.LeftOut : heading == title ? Because.Title : Because.Section);
        }
    }

    bool IsItem(Spoken heading) => _headings || heading.Box is not null || References.Of(heading.Words) is not null || heading.Words.EndsWith('?');

    static bool IsPlain(Block block) => block is ParagraphBlock or CodeBlock or QuoteBlock or ThematicBreakBlock or LinkReferenceDefinitionGroup && block is not YamlFrontMatterBlock;

    void Block(Block block, Where where)
    {
        switch (block)
        {
            case var _ when where.Depth > MostDepth: Claim(block, Because.TooDeep); break;
            case ListBlock list:
                foreach (var item in list.OfType<ListItemBlock>()) ListItem(item, where with { Depth = where.Depth + 1 });
                break;
            case Table table: ChecklistTable.Read(table, this, where); break;
            case ParagraphBlock paragraph: Paragraph(paragraph, where); break;
            case YamlFrontMatterBlock: Claim(block, Because.FrontMatter); break;
            case HeadingBlock: Claim(block, Because.Section); break;
            case CodeBlock: Claim(block, Because.Code); break;
            case HtmlBlock: Claim(block, Because.Html); break;
            case ThematicBreakBlock: Claim(block, Because.Divider); break;
            case LinkReferenceDefinitionGroup group:
                foreach (var address in group) Claim(address, address is LinkReferenceDefinition { Label: ['^', ..] } ? Because.Footnote : Because.LinkAddress);
                break;
            case QuoteBlock quote:
                Claim(quote, Because.Quote);
                foreach (var inner in quote) Block(inner, where with { Prose = Because.Quote, Depth = where.Depth + 1 });
                break;
            case ContainerBlock container:
                foreach (var inner in container) Block(inner, where with { Depth = where.Depth + 1 });
                break;
            default: Claim(block, where.Prose); break;
        }
    }

    /// <summary>A task with plain bullets below it is one item, since they explain it. Otherwise what stands below is told by itself, with the words above it.</summary>
    void ListItem(ListItemBlock item, Where where)
    {
        var lists = item.Where(block => block is ListBlock).ToList();
        var head = item.Where(block => block is not ListBlock).SelectMany(Leaves).FirstOrDefault();
        var said = head is CodeBlock code ? Spoken.Plain(TextOf(code)) : Spoken.Of(head?.Inline);
        if (where.LeftOut || said.LeftOut)
        {
            Claim(item, Because.LeftOut);
            return;
        }

        var tasks = lists.Where(list => HasTask((ListBlock)list, where.Depth)).ToList();
        var isTask = said.Box is not null;
        var apart = isTask ? tasks : lists;
        var own = item.Where(block => !apart.Contains(block)).ToList();
        var introduces = apart.Count > 0 && !isTask && (tasks.Count > 0 || said.Words.EndsWith(':') || !Spoken.Says(said.Words));
        if (introduces || !Spoken.Says(said.Words)) ClaimOwn(item, own, introduces ? Because.Introduces : head is HtmlBlock ? Because.Html : Because.SaysNothing);
        else if (said.IsContents && !isTask) ClaimOwn(item, own, Because.Contents);
        else Add(own, head!, said, where, _source.LineAt(item.Span.Start));
        var intro = Spoken.Says(said.Words) ? Joined(where.Intro, said.Words.TrimEnd(':', ' ')) : where.Intro;
        foreach (var list in apart) Block(list, where with { Intro = intro, Depth = where.Depth + 1 });
    }

    static bool HasTask(ListBlock list, int depth) => depth <= MostDepth && list.OfType<ListItemBlock>().Any(item =>
        item.FirstOrDefault() is ParagraphBlock { Inline: { } inline } && Spoken.Of(inline).Box is not null || item.OfType<ListBlock>().Any(inner => HasTask(inner, depth + 1)));

    /// <summary>Prose, unless its lines begin with boxes: then each of them is an item.</summary>
    void Paragraph(ParagraphBlock paragraph, Where where)
    {
        var lines = _source.LinesOf(paragraph.Span).ToList();
        var boxed = lines.Where(line => Spoken.BoxAt(Bare(line)) is not null).ToList();
        if (boxed.Count == 0 || boxed[0] != lines[0])
        {
            Claim(paragraph, where.LeftOut ? Because.LeftOut : Bare(lines.FirstOrDefault(1)).StartsWith("[^", StringComparison.Ordinal) ? Because.Footnote : where.Prose);
            return;
        }

        foreach (var (start, next) in boxed.Zip(boxed.Skip(1).Append(lines[^1] + 1)))
        {
            var own = lines.Where(line => line >= start && line < next).ToList();
            var parsed = ChecklistReader.Parse(string.Join('\n', own.Select(line => Bare(line))));
            var said = Spoken.Of((parsed?.FirstOrDefault() as ParagraphBlock)?.Inline);
            if (where.LeftOut || said.LeftOut) Claim(own, Because.LeftOut);
            else if (!Spoken.Says(said.Words)) Claim(own, Because.SaysNothing);
            else Add(own, said, said.Words, said.Code, where);
        }
    }

    string Bare(int line) => _source.Line(line).TrimStart(' ', '\t', '>');

    void Add(List<Block> own, LeafBlock head, Spoken said, Where where, int? first = null)
    {
        var all = new List<string> { said.Words };
        var code = said.Code.ToList();
        foreach (var leaf in own.SelectMany(Leaves).Where(leaf => leaf != head)) Explain(leaf, all, code);
        var lines = own.SelectMany(block => _source.LinesOf(block.Span)).Concat(first is { } line ? [line] : []).Distinct().Order().ToList();
        Add(lines, said, string.Join(' ', all.Where(words => words.Length > 0)), code, where);
    }

    static void Explain(LeafBlock leaf, List<string> words, List<string> code)
    {
        if (leaf is CodeBlock)
        {
            words.Add(Spoken.Collapse(leaf.Lines.ToString()));
            code.Add(leaf.Lines.ToString());
        }
        else if (leaf is HtmlBlock) words.Add(Spoken.IsNoControl(TextOf(leaf)) ? "" : Spoken.Collapse(TextOf(leaf)));
        else
        {
            var said = Spoken.Of(leaf.Inline);
            words.Add(said.Words);
            code.AddRange(said.Code);
        }
    }

    static IEnumerable<LeafBlock> Leaves(Block block) => block switch
    {
        LeafBlock leaf => [leaf],
        ContainerBlock container => container.Descendants<LeafBlock>(),
        _ => [],
    };

    public void Add(IReadOnlyList<int> lines, Spoken said, string words, IReadOnlyList<string> code, Where where, Func<Item, Item>? more = null)
    {
        var free = lines.Where(_taken.Add).ToImmutableArray();
        if (free.IsEmpty) return; // two rows or items on one line: the first has it
        words = _footnotes.With(words);
        var item = new Item
        {
            Lines = free,
            Words = Joined(where.Intro, words),
            Title = Spoken.Shown(Footnotes.Without(Joined(where.Intro, said.Words)), LongestTitle),
            Section = where.Section,
            Reference = References.Of(said.Words),
            SomebodysWord = said.Box == true ? "ticked" : null,
            Proposed = Proposing.Of(words, code),
        };
        Found.Add(more is null ? item : more(item));
    }

    static string Joined(string intro, string words) => intro.Length == 0 ? words : $"{intro}: {words}";

    void ClaimOwn(ListItemBlock item, List<Block> own, string because)
    {
        Claim([_source.LineAt(item.Span.Start)], because);
        foreach (var block in own) Claim(block, because);
    }

    public void Claim(Block block, string because) => Claim(_source.LinesOf(block.Span), because);

    public void Claim(IEnumerable<int> lines, string because)
    {
        foreach (var line in lines) _because[line] = because;
    }

    public int LineOf(Block block) => _source.LineAt(block.Span.Start);

    static string TextOf(LeafBlock block) => block.Lines.ToString();
}
