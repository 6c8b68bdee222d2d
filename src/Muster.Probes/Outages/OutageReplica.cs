using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>Which pages a service is asked for.</summary>
sealed record OutagePaths(string Readiness, string Liveness, string? Detailed, string? Request);

/// <summary>All pages of one replica at one moment.</summary>
sealed record OutageMoment(OutagePage Readiness, OutagePage Liveness, OutagePage? Detailed, OutagePage? Request)
{
    public static async Task<OutageMoment> Of(OutageTarget service, OutagePaths paths, ProbeContext context, CancellationToken cancel)
    {
        Task<OutagePage> Ask(string path) => OutagePage.Ask(service, path, context, cancel);
        var (ready, live, detailed, request) = (Ask(paths.Readiness), Ask(paths.Liveness), paths.Detailed is { } page ? Ask(page) : null, paths.Request is { } real ? Ask(real) : null);
        await Task.WhenAll(((Task?[])[ready, live, detailed, request]).OfType<Task>());
        return new(await ready, await live, detailed is null ? null : await detailed, request is null ? null : await request);
    }

    /// <summary>When the pages that tell of dependencies had answered.</summary>
    public long At => Math.Max(Readiness.At, Detailed?.At ?? 0);

    public bool IsUnready => Readiness.Status is 0 or >= 400;

    /// <summary>Exactly that one: a page that blames everything tells nobody what to mend.</summary>
    public bool Names(string dependency) => ((OutagePage?[])[Readiness, Detailed]).Any(page => page?.Failures is [var only] && only == dependency)
        && ((OutagePage?[])[Readiness, Detailed]).All(page => page is null || page.Failures.IsEmpty || page.Failures is [var one] && one == dependency);

    /// <summary>Why it is not well, in words; null if it is.</summary>
    public string? Ill(OutagePaths paths, string dependency)
    {
        foreach (var (path, page) in ((string?, OutagePage?)[])[(paths.Readiness, Readiness), (paths.Liveness, Liveness), (paths.Detailed, Detailed), (paths.Request, Request)])
            if (page is { IsWell: false }) return page.Status == 0 ? $"{path} does not answer" : $"{path} answers {page.Status}";
        return Readiness.Failures.Concat(Detailed?.Failures ?? []).Contains(dependency) ? $"{dependency} is blamed" : null;
    }

    /// <summary>Whether anything that users or watchers see is another than before.</summary>
    public bool Differs(OutageMoment before) =>
        Readiness.Status != before.Readiness.Status || Liveness.Status != before.Liveness.Status || Detailed?.Status != before.Detailed?.Status || Request?.Status != before.Request?.Status
        || !Readiness.Failures.SequenceEqual(before.Readiness.Failures) || Detailed is not null && before.Detailed is not null && !Detailed.Failures.SequenceEqual(before.Detailed.Failures);
}

/// <summary>One replica through the whole of it: as it was, as it told, as it came back.</summary>
sealed class OutageReplica(OutageTarget service, OutagePaths paths, string dependency, bool critical, ProbeContext context)
{
    OutageMoment _before = null!, _during = null!, _after = null!;
    OutagePage? _answered;
    bool _flipped, _steady = true;

    public string Address => service.Address;

    public Value? Identity => _before.Readiness.Identity;

    public Value? IdentityAfter => _after.Readiness.Identity ?? Identity;

    public TimeSpan? Told { get; private set; }

    public TimeSpan? Well { get; private set; }

    public bool Flipped => _flipped;

    public bool Noticed { get; private set; }

    public bool Unready => _during.IsUnready && _steady;

    public bool Named => _during.Names(dependency);

    public bool? Restarted => _before.Liveness.Started is { } before && _after.Liveness.Started is { } after ? before != after : null;

    /// <summary>All as promised.</summary>
    public bool Complete => Told is not null && _steady && Named && !_flipped && Well is not null && (service.Started is null || Restarted is false) && (critical ? Unready && Request is not { IsWell: true } : !_during.IsUnready);

    /// <summary>What the real request came to: one good answer after the page had told is as if nothing were, whatever came later.</summary>
    OutagePage? Request => critical ? _answered ?? _during.Request : _during.Request;

    /// <exception cref="Unseen">It is not well, so that nothing could be seen of a fault.</exception>
    public async Task Before(CancellationToken cancel)
    {
        _before = _during = _after = await OutageMoment.Of(service, paths, context, cancel);
        if (_before.Ill(paths, dependency) is { } why) throw new Unseen(Blind.NotReached, $"it is not well before anything is done to it: at {Address} {why}");
        if (service.Started is not null && _before.Liveness.Started is null) throw new Unseen(Blind.Unreadable, $"{paths.Liveness} of {Address} has nothing at {service.Started}, so that no restart would be seen; say under \"started\" what tells one process from the next");
    }

    /// <param name="began">When it was taken away.</param>
    public async Task During(long began, TimeSpan within, CancellationToken cancel)
    {
        _during = await OutageMoment.Of(service, paths, context, cancel);
        _flipped |= !_during.Liveness.IsWell;
        Noticed |= _during.Differs(_before);
        var tells = critical ? _during.IsUnready && _during.Names(dependency) : !_during.IsUnready && _during.Names(dependency);
        if (Told is not null)
        {
            _steady &= tells;
            if (_during.Request is { IsWell: true } request) _answered ??= request;
        }

        // A page that is asked in time and answers late has not told in time.
        if (tells && context.Clock.GetElapsedTime(began, _during.At) is var told && told <= within) Told ??= told;
    }

    /// <param name="began">When it was given back.</param>
    public async Task Back(long began, TimeSpan within, CancellationToken cancel)
    {
        if (Well is not null) return;
        _after = await OutageMoment.Of(service, paths, context, cancel);
        if (_after.Ill(paths, dependency) is null && context.Clock.GetElapsedTime(began) is var well && well <= within) Well = well;
    }

    public Value.Fields Seen()
    {
        Value.Fields Page(Func<OutageMoment, OutagePage?> of, OutagePage? during = null) => Value.Of(("before", of(_before)!.Status), ("status", (during ?? of(_during)!).Status), ("after", of(_after)!.Status));
        static Value Names(ImmutableArray<string> failures) => Value.List(failures.Select(name => (Value)name));
        var seen = Value.Of(("address", Address), ("complete", Complete), ("readiness", Page(moment => moment.Readiness).With("failures", Names(_during.Readiness.Failures)).With("steady", _steady)), ("liveness", Page(moment => moment.Liveness)));
        if (_during.Detailed is { } detailed) seen = seen.With("detailed", Page(moment => moment.Detailed).With("says", detailed.Says).With("failures", Names(detailed.Failures)));
        if (_during.Request is not null) seen = seen.With("request", Page(moment => moment.Request, Request));
        if (Told is { } told) seen = seen.With("time_to_unready", HttpProbe.Seconds(told));
        return Well is { } well ? seen.With("time_to_ready", HttpProbe.Seconds(well)) : seen;
    }
}
