using System.Globalization;
using System.Text;
using Muster.Probes.Load;

namespace Muster.Cli.Load;

/// <summary>
/// A run as it goes, on standard error: a block that is redrawn in a terminal, and a line now and then where nobody watches. Every figure is from the intended start, as in the result.
/// </summary>
sealed class LoadView(Host host, LoadPlan plan, bool live)
{
    const int Columns = 60;
    const int Bar = 40;
    const int Rows = 10;
    // Drawing adds up all that was measured, on the cores that the generator may need: twice a second is enough for an eye.
    static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500);
    static readonly TimeSpan Silence = TimeSpan.FromSeconds(10);
    readonly Queue<(double Rate, double P99, bool Failed)> _course = new();
    readonly Lock _drawing = new();
    int _drawn;
    TimeSpan _said = -TimeSpan.FromSeconds(1);

    /// <summary>Whether the block can be redrawn where a person sees it: a terminal with a row to spare.</summary>
    public static bool Fits(Host host) => host.Interactive && !Console.IsErrorRedirected && Console.WindowHeight > Rows;

    public void Show(LoadProgress progress)
    {
        lock (_drawing)
        {
            var window = progress.Window;
            _course.Enqueue((window.Requests / window.Length.TotalSeconds, window.Latency.Quantile(0.99) / 1e6, window.Failed > 0));
            if (_course.Count > Columns) _course.Dequeue();
            if (progress.Elapsed - _said < (live ? Pace : Silence)) return;
            _said = progress.Elapsed;
            if (live) Draw(progress);
            else Say(progress);
        }
    }

    /// <summary>Leaves the terminal as it was: the summary stands in the block's place.</summary>
    public void End()
    {
        lock (_drawing)
        {
            Erase();
            host.Talk.Flush();
        }
    }

    void Say(LoadProgress progress)
    {
        var window = progress.Window;
        host.Talk.WriteLine(Text($"  {progress.Elapsed.TotalSeconds:0} s of {plan.Planned.TotalSeconds:0} s: {window.Requests / window.Length.TotalSeconds:0}/s, p50 {LoadWords.Nanoseconds(window.Latency.Quantile(0.5))}, p99 {LoadWords.Nanoseconds(window.Latency.Quantile(0.99))}, {window.Failed} failed"));
    }

    void Draw(LoadProgress progress)
    {
        var (window, now) = (progress.Window, progress.Now);
        var all = now.Select(new Dictionary<string, string>());
        var share = plan.Planned > TimeSpan.Zero ? Math.Clamp(progress.Elapsed / plan.Planned, 0, 1) : 1;
        var filled = (int)(share * Bar);
        var planned = window.Rate is { } rate ? Text($" of {rate:0.#}/s planned") : "";
        var waiting = window.Waiting > 0 ? Text($", {window.Waiting} {(window.Waiting == 1 ? "iteration waits" : "iterations wait")} for one") : "";
        var failed = all.Requests > 0 ? (double)all.Failed / all.Requests : 0;
        string[] lines =
        [
            Text($"  \u001b[1m{plan.Target.Host}:{plan.Target.Port}\u001b[0m  {string.Join("; ", plan.Scenarios.Take(2).Select(scenario => $"{scenario.Name} {ModelWords.Of(scenario)}"))}{(plan.Scenarios.Length > 2 ? $" and {plan.Scenarios.Length - 2} more" : "")}"),
            Text($"  {new string('█', filled)}{new string('░', Bar - filled)}  {progress.Elapsed.TotalSeconds:0} s of {plan.Planned.TotalSeconds:0} s{(window.WarmUp ? "  (warm-up: counts for nothing)" : "")}"),
            "",
            Text($"  rate     {window.Requests / window.Length.TotalSeconds,9:0.#}/s{planned}"),
            Text($"  latency  p50 {LoadWords.Nanoseconds(all.Latency.Quantile(0.5)),-9} p95 {LoadWords.Nanoseconds(all.Latency.Quantile(0.95)),-9} p99 {LoadWords.Nanoseconds(all.Latency.Quantile(0.99)),-9} max {LoadWords.Nanoseconds(all.Latency.Greatest),-9}"),
            Text($"  errors   {(all.Failed > 0 ? "\u001b[31m" : "")}{all.Failed} of {all.Requests} ({failed:0.###%}){(all.Failed > 0 ? "\u001b[0m" : "")}{Kinds(all)}"),
            Text($"  users    {window.Users}{waiting}"),
            "",
            $"  rate     {Line(_course.Select(point => point.Rate))}",
            $"  p99      {Heat()}",
        ];
        var block = new StringBuilder();
        if (_drawn > 0) block.Append(CultureInfo.InvariantCulture, $"\u001b[{_drawn}A\r\u001b[J");
        var width = Console.WindowWidth - 1;
        foreach (var line in lines) block.Append(TerminalLine.Cut(line, width)).Append('\n');
        _drawn = lines.Length;
        host.Talk.Write(block.ToString());
    }

    void Erase()
    {
        if (_drawn == 0) return;
        host.Talk.Write(string.Create(CultureInfo.InvariantCulture, $"\u001b[{_drawn}A\u001b[J"));
        _drawn = 0;
    }

    static string Kinds(Tally all)
    {
        var kinds = Enum.GetValues<Failure>().Skip(1).Where(kind => kind != Failure.Status && all.Failures[(int)kind] > 0).Select(kind => $"{Words(kind)} ×{all.Failures[(int)kind]}")
            .Concat(Enumerable.Range(400, 200).Where(status => status < all.Statuses.Length && all.Statuses[status] > 0).Select(status => $"{status} ×{all.Statuses[status]}"));
        var said = string.Join(", ", kinds.Take(5));
        return said.Length > 0 ? ": " + said : "";
    }

    /// <summary>NoConnection as "no connection".</summary>
    static string Words(Failure kind) => string.Concat($"{kind}".Select((letter, at) => at > 0 && char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{char.ToLowerInvariant(letter)}"));

    static string Line(IEnumerable<double> values)
    {
        var all = values.ToArray();
        var most = all.DefaultIfEmpty(0).Max();
        return string.Concat(all.Select(value => Level(most > 0 ? value / most : 0)));
    }

    /// <summary>One column a tick: height and colour by the logarithm of its p99, red where a request failed.</summary>
    string Heat()
    {
        var (least, most) = (_course.Min(point => Math.Max(point.P99, 0.001)), _course.Max(point => Math.Max(point.P99, 0.001)));
        var span = Math.Max(Math.Log(most / least), 0.1);
        var line = new StringBuilder();
        foreach (var (_, p99, failed) in _course)
        {
            var share = Math.Log(Math.Max(p99, 0.001) / least) / span;
            line.Append(CultureInfo.InvariantCulture, $"\u001b[38;5;{(failed ? 196 : Colours[(int)Math.Round(share * (Colours.Length - 1))])}m{Level(share)}");
        }

        return line.Append("\u001b[0m  ").Append(Text($"{LoadWords.Nanoseconds((long)(least * 1e6))} to {LoadWords.Nanoseconds((long)(most * 1e6))}")).ToString();
    }

    static readonly int[] Colours = [34, 70, 106, 142, 178, 208, 202];

    static char Level(double share) => "▁▂▃▄▅▆▇█"[(int)Math.Round(Math.Clamp(share, 0, 1) * 7)];

    static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
