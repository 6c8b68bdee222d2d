using System.Diagnostics;
using Muster.Bench;

// dotnet run build.cs -- bench [NAME…] : the figures whose name contains one of the names, or all.
const string Alone = "--alone";
var quick = args.Contains("--quick");
if (args is [Alone, var only, ..])
{
    // Each figure has a process to itself, so that its peak of memory is its own and no figure warms or litters the next.
    var figure = Figures.All.Single(figure => figure.Name == only);
    using var work = figure.Prepare();
    Console.WriteLine(Table.Row(figure, Measure.Median(work, quick ? Measure.Quick : Measure.Full)));
    return 0;
}

if (args.Contains("--help") || args.Contains("--list"))
{
    Console.WriteLine("[NAME…]   the figures whose name contains NAME; without a name, all of them\n--quick   one short round: to see that it works, not to be quoted\n");
    foreach (var figure in Figures.All) Console.WriteLine($"  {figure.Name}");
    foreach (var (name, _) in Figures.NotYet) Console.WriteLine($"  {name} (not measured yet)");
    return 0;
}

bool Chosen(string figure) => args.All(argument => argument.StartsWith("--", StringComparison.Ordinal))
    || args.Any(name => !name.StartsWith("--", StringComparison.Ordinal) && figure.Contains(name, StringComparison.OrdinalIgnoreCase));

if (!Figures.All.Any(figure => Chosen(figure.Name)))
{
    Console.Error.WriteLine("No figure that is measured has such a name; --list shows them all.");
    return 3;
}

Console.WriteLine($"{Machine.Describe()}\n\n{Table.Head}");
var failed = 0;
foreach (var figure in Figures.All.Where(figure => Chosen(figure.Name)))
{
    using var alone = Process.Start(Environment.ProcessPath!, quick ? [Alone, figure.Name, "--quick"] : [Alone, figure.Name]);
    alone.WaitForExit();
    if (alone.ExitCode == 0) continue;
    failed++;
    Console.Error.WriteLine($"{figure.Name}: ended with exit code {alone.ExitCode}");
}

foreach (var (name, goal) in Figures.NotYet.Where(figure => Chosen(figure.Name))) Console.WriteLine(Table.Missing(name, goal));
return failed == 0 ? 0 : 1;
