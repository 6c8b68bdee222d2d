namespace Muster.Telemetry.Scraping;

/// <summary>
/// All targets of a configuration, each scraped by a loop of its own. Files of targets are looked at every <see cref="FilesEvery"/>.
/// A target that goes away has its series marked stale; ending the whole marks nothing, since another run will go on with the same series.
/// </summary>
public sealed class ScrapeSet(ScrapeSurroundings around)
{
    public TimeSpan FilesEvery { get; init; } = TimeSpan.FromSeconds(5);

    readonly ScrapeDesk.Room _desks = new();
    readonly TargetFiles _files = new(around.Folder);
    readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);
    readonly Lock _gate = new();
    TaskCompletionSource _reload = new(TaskCreationOptions.RunContinuationsAsynchronously);
    ScrapeOptions _options = new([]);
    List<string> _problems = [];

    sealed record Running(Target Target, ScrapeLoop Loop, ScrapeFetch Fetch, Task Task, CancellationTokenSource Stop);

    /// <summary>Every target, in the order of jobs and addresses.</summary>
    public IReadOnlyList<TargetStatus> Targets
    {
        get
        {
            lock (_gate) return [.. _running.Values.Select(one => one.Loop.Status).OrderBy(one => one.Job, StringComparer.Ordinal).ThenBy(one => one.ScrapeUrl, StringComparer.Ordinal)];
        }
    }

    /// <summary>Files and addresses that cannot be used, in words; the rest is scraped.</summary>
    public IReadOnlyList<string> Problems
    {
        get
        {
            lock (_gate) return _problems;
        }
    }

    /// <summary>What it goes by now.</summary>
    public ScrapeOptions Options
    {
        get
        {
            lock (_gate) return _options;
        }
    }

    /// <summary>Another configuration: targets that stay as they are go on undisturbed.</summary>
    public void Reload(ScrapeOptions options)
    {
        lock (_gate)
        {
            _options = options;
            _reload.TrySetResult();
        }
    }

    /// <summary>Scrapes until it is cancelled; then it returns.</summary>
    public async Task Run(ScrapeOptions options, CancellationToken cancel)
    {
        Reload(options);
        try
        {
            while (true)
            {
                ScrapeOptions now;
                Task reload;
                lock (_gate)
                {
                    now = _options;
                    if (_reload.Task.IsCompleted) _reload = new(TaskCreationOptions.RunContinuationsAsynchronously);
                    reload = _reload.Task;
                }

                await Apply(now, cancel);
                await Next(reload, cancel);
            }
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Asked to end.
        }
        finally
        {
            foreach (var one in _running.Values) await one.Stop.CancelAsync();
            foreach (var one in _running.Values) await Ended(one).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            lock (_gate) _running.Clear();
        }
    }

    /// <summary>Waits for a reload, for the files to be due, or for a loop that broke, whose exception it throws.</summary>
    async Task Next(Task reload, CancellationToken cancel)
    {
        using var woken = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var first = await Task.WhenAny([reload, Task.Delay(FilesEvery, around.Time, woken.Token), .. _running.Values.Select(one => one.Task)]);
        await woken.CancelAsync();
        cancel.ThrowIfCancellationRequested();
        await first;
    }

    async Task Apply(ScrapeOptions options, CancellationToken cancel)
    {
        var problems = new List<string>();
        var wanted = Wanted(options, problems);
        lock (_gate) _problems = problems;
        var labels = wanted.Values.Select(target => target.Labels).ToHashSet();
        foreach (var (identity, one) in _running.Where(one => !wanted.ContainsKey(one.Key)).ToList())
        {
            lock (_gate) _running.Remove(identity);
            await one.Stop.CancelAsync();
            await Ended(one);
            // Where only the way that it is asked has changed, the same series go on.
            if (!labels.Contains(one.Target.Labels)) await one.Loop.End(cancel);
        }

        lock (_gate)
        {
            foreach (var (identity, target) in wanted)
            {
                if (!_running.ContainsKey(identity)) _running[identity] = Begin(target, cancel);
            }
        }
    }

    Running Begin(Target target, CancellationToken cancel)
    {
        var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var fetch = new ScrapeFetch(target.Job, around);
        var loop = new ScrapeLoop(target, fetch, _desks, around);
        return new(target, loop, fetch, loop.Run(stop.Token), stop);
    }

    static async Task Ended(Running one)
    {
        try { await one.Task; }
        finally
        {
            one.Fetch.Dispose();
            one.Stop.Dispose();
        }
    }

    Dictionary<string, Target> Wanted(ScrapeOptions options, List<string> problems)
    {
        var wanted = new Dictionary<string, Target>(StringComparer.Ordinal);
        foreach (var job in options.Jobs)
        {
            foreach (var group in job.Targets.AddRange(_files.Read(job.TargetFiles)))
            {
                foreach (var address in group.Addresses)
                {
                    if (Target.Of(job, address, group.Labels, out var problem) is { } target) wanted.TryAdd(target.Identity, target);
                    else problems.Add($"{job.Name}: {problem}");
                }
            }
        }

        _files.Keep(options.Jobs.SelectMany(job => job.TargetFiles));
        problems.AddRange(_files.Problems);
        return wanted;
    }
}
