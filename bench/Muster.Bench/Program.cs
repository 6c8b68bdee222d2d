using System.Text;
using Muster.Bench;

// dotnet run build.cs -- bench [NAME…] : the figures whose name contains one of the names, or all.
if (Alone.Serve(args) is { } served) return served;
if (args.Contains("--help") || args.Contains("--list"))
{
    Console.WriteLine("[NAME…]   the figures whose name contains NAME; without a name, all of them, and docs/performance.md is written\n--quick   one short round: to see that it works, not to be quoted\n");
    foreach (var name in Figures.Contests.Select(contest => contest.Name).Concat(Figures.Parts.Select(figure => figure.Name))) Console.WriteLine($"  {name}");
    return 0;
}

var quick = args.Contains("--quick");
string[] names = [.. args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal))];
bool Chosen(string figure) => names.Length == 0 || names.Any(name => figure.Contains(name, StringComparison.OrdinalIgnoreCase));

Contest[] contests = [.. Figures.Contests.Where(contest => Chosen(contest.Name))];
Figure[] parts = [.. Figures.Parts.Where(figure => Chosen(figure.Name))];
if (contests.Length + parts.Length == 0)
{
    Console.Error.WriteLine("No figure has such a name; --list shows them all.");
    return 3;
}

var measured = new StringBuilder();
var failed = 0;
var scratch = Scratch.Make();
try
{
    Say($"Measured {DateTimeOffset.UtcNow:yyyy-MM-dd} on {Machine.Describe()}. Load average before the first figure: {Machine.Load()}.\n");
    if (contests.Length > 0) Say(ContestTable.Head);
    var notes = new List<string>();
    foreach (var contest in contests)
    {
        var why = contest.Missing;
        var alone = why is null ? Alone.Of(contest.Name, contest.Pinned, quick) : null;
        if (alone is null) failed++;
        Say(alone?.Row ?? ContestTable.Missing(contest, why ?? "it ended with an error"));
        if (alone is { Note.Length: > 0 } said) notes.Add($"- {contest.Name}: {said.Note}");
    }

    if (notes.Count > 0) Say("\n" + string.Join('\n', notes));
    if (parts.Length > 0) Say("\n" + Table.Head);
    foreach (var figure in parts)
    {
        var alone = Alone.Of(figure.Name, pinned: true, quick);
        if (alone is null) failed++;
        Say(alone?.Row ?? $"| {figure.Name} | not measured: it ended with an error | | | | | |");
    }
}
finally
{
    Directory.Delete(scratch, recursive: true);
}

if (names.Length == 0 && !quick && failed == 0) Performance.Write(Path.Combine(Executable.Root, "docs", "performance.md"), measured.ToString().TrimEnd());
return failed == 0 ? 0 : 1;

void Say(string line)
{
    Console.WriteLine(line);
    measured.Append(line).Append('\n');
}
