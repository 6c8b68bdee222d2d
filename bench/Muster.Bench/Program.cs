using Muster.Bench;

// dotnet run build.cs -- bench [NAME…] : the figures whose name contains one of the names, or all; --list names them, --quick makes one short round.
var names = args.Where(argument => !argument.StartsWith("--", StringComparison.Ordinal)).ToArray();
if (args.Contains("--help") || args.Contains("--list"))
{
    Console.WriteLine("[NAME…] [--quick]   the figures whose name contains NAME; without a name, all of them\n");
    foreach (var figure in Figures.All) Console.WriteLine($"  {figure.Name}");
    return 0;
}

var chosen = Figures.All.Where(figure => names.Length == 0 || names.Any(name => figure.Name.Contains(name, StringComparison.OrdinalIgnoreCase))).ToList();
if (chosen.Count == 0)
{
    Console.Error.WriteLine($"No figure has a name that contains {string.Join(" or ", names)}; --list names them.");
    return 3;
}

Console.WriteLine($"{Machine.Describe()}\n");
Console.WriteLine(Table.Head);
foreach (var figure in chosen)
{
    using var work = figure.Prepare();
    Console.WriteLine(Table.Row(figure, Measure.Median(work, args.Contains("--quick") ? Measure.Quick : Measure.Full)));
}

return 0;
