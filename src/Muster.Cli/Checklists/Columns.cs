using System.Collections.Immutable;

namespace Muster.Cli.Checklists;

/// <summary>What a column of a table is for, by its name.</summary>
enum Column { Other, Sentence, Reference, Section, Owner, State, Severity, Aside }

/// <summary>The columns of a table that is a checklist.</summary>
sealed class Columns(ImmutableArray<string> names, ImmutableArray<Column> roles, int sentence)
{
    static readonly Dictionary<string, Column> Known = Of(
        (Column.Sentence, "requirement requirements item items check checks control controls question questions criterion criteria task tasks expectation expectations what sentence statement description must condition activity practice rule"),
        (Column.Reference, "# id ids ref reference no nr number key"),
        (Column.Section, "area section category domain topic group component phase theme"),
        (Column.Owner, "owner owners responsible assignee who team dri accountable contact"),
        (Column.State, "status state done ready result complete completed pass passed ok met y/n yes/no pass/fail ✓ ✔ ☑ ☐ ✅ checked progress rag verified sign-off signoff signed approved approval reviewed"),
        (Column.Severity, "severity priority criticality prio"),
        (Column.Aside, "date due deadline note notes comment comments remark remarks evidence proof link links ticket issue updated target-date when"));

    public int Sentence => sentence;

    public Column RoleOf(int column) => column < roles.Length ? roles[column] : Column.Other;

    public string NameOf(int column) => column < names.Length ? names[column] : "";

    /// <summary>Null where no column says what must hold: nothing calls itself so, nothing keeps a state, and no cell has a box.</summary>
    public static Columns? Of(ImmutableArray<string> names, bool hasBoxes)
    {
        var roles = names.Select(RoleOf).ToArray();
        var sentence = Array.IndexOf(roles, Column.Sentence);
        if (sentence < 0 && (hasBoxes || roles.Contains(Column.State)))
        {
            sentence = Array.IndexOf(roles, Column.Other);
            if (sentence < 0) sentence = Array.IndexOf(roles, Column.Section);
        }

        if (sentence < 0) return null;
        for (var i = sentence + 1; i < roles.Length; i++)
            if (roles[i] == Column.Sentence) roles[i] = Column.Other;
        return new(names, [.. roles], sentence);
    }

    public string? First(Column role, ImmutableArray<Spoken> cells)
    {
        for (var i = 0; i < cells.Length; i++)
            if (i != sentence && RoleOf(i) == role && cells[i].Words.Length > 0) return Spoken.Shown(cells[i].Words, 100);
        return null;
    }

    /// <summary>By the whole name, else by its last word, else by its first: "Check status" is a state, "Owner (team)" an owner.</summary>
    static Column RoleOf(string name)
    {
        var bare = name.ToLowerInvariant();
        if (bare.IndexOf('(', StringComparison.Ordinal) is var bracket and > 0) bare = bare[..bracket];
        bare = bare.Trim(' ', '?', '!', '.', ':', '*');
        if (Known.TryGetValue(bare, out var whole)) return whole;
        var words = bare.Split([' ', '-', '/'], StringSplitOptions.RemoveEmptyEntries);
        return words.Length < 2 ? Column.Other : Known.TryGetValue(words[^1], out var last) ? last : Known.GetValueOrDefault(words[0]);
    }

    static Dictionary<string, Column> Of(params ReadOnlySpan<(Column Role, string Names)> all)
    {
        var known = new Dictionary<string, Column>(StringComparer.Ordinal);
        foreach (var (role, names) in all)
            foreach (var name in names.Split(' ')) known[name] = role;
        return known;
    }
}
