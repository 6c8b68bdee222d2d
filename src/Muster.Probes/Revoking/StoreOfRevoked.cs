using System.Net.Sockets;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>The list of revoked tokens taken away and brought back: meanwhile nobody may be let in, since nobody knows who is revoked.</summary>
sealed class StoreOfRevoked
{
    const int LeastTurns = 2;
    static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    readonly Lever? _down, _up;
    readonly (string Host, int Port)? _place;
    readonly ProbeContext _context;

    StoreOfRevoked(Lever? down, Lever? up, (string, int)? place, ProbeContext context) => (_down, _up, _place, _context) = (down, up, place, context);

    /// <summary>Null where nothing is said of it.</summary>
    public static StoreOfRevoked? Read(Given given, ProbeContext context)
    {
        var (down, up) = (Lever.Read(given, "store_down"), Lever.Read(given, "store_up"));
        if (down is null && given.Text("store") is null) return null;
        if (down is not null && up is null) throw Given.Wrong("store_up", "is missing: what is taken away must come back");
        return new(down, up, given.Text("store") is { } store ? HostAndPort.Read(store, null) : null, context);
    }

    /// <summary>Whether it is taken away at all; where only its place is named it must be there, and that is all.</summary>
    public bool IsTaken => _down is not null;

    public async Task MustBeThere(CancellationToken cancel)
    {
        if (!await IsThere(cancel)) throw new Unseen(Blind.Unreachable, "the store of revoked tokens is not there before anything was done to it");
    }

    async Task<bool> IsThere(CancellationToken cancel)
    {
        if (_place is not var (host, port)) return true;
        try
        {
            using var socket = await _context.Connect(host, port, cancel);
            return true;
        }
        catch (Exception gone) when (gone is SocketException || Faults.IsOfThePeer(gone)) { return false; }
    }

    public async Task<Value.Fields> Without(Value.Fields seen, List<TokenDoor> doors, string token, string control, TimeSpan wait, TimeSpan settle, CancellationToken cancel)
    {
        await using var scratch = Scratch.Begin(_context, "token.revocation");
        var undo = scratch.Undoing(_up!.AsWayBack(_context));
        _context.Tell("the store of revoked tokens is away");
        var began = _context.Clock.GetTimestamp();
        await _down!.Pull(_context, cancel);
        if (_place is not null && !await Until(async () => !await IsThere(cancel), wait, cancel)) throw new Unseen(Blind.NotCapable, "the store of revoked tokens still answers after it was taken away: the fault had no effect");
        Dictionary<TokenDoor, (Admission Was, int Status)[]> answers = [];
        // From the first closed turn to the last, and more than one of them: while nobody asks nobody is shut out.
        (TimeSpan? since, var last, var turns) = ((TimeSpan?)null, TimeSpan.Zero, 0);
        for (; ; await Task.Delay(Turn, _context.Clock, cancel))
        {
            var all = await Task.WhenAll(doors.Select(async door => (Door: door, Was: ((Admission, int)[])[await door.Try(control, cancel), await door.Try(token, cancel)])));
            answers = all.ToDictionary(one => one.Door, one => one.Was);
            var now = _context.Clock.GetElapsedTime(began);
            (since, last, turns) = all.All(one => one.Was.All(IsClosed)) ? (since ?? now, now, turns + 1) : ((TimeSpan?)null, now, 0);
            if (IsSettled() || now >= wait) break;
        }

        var open = answers.Where(one => one.Value.Any(answer => answer.Was == Admission.Accepted)).Select(one => one.Key.Name).ToList();
        bool IsSettled() => turns >= LeastTurns && last - since >= settle;
        if (!IsSettled() && open.Count == 0)
            throw answers.FirstOrDefault(one => !one.Value.All(IsClosed)).Key is { } silent
                ? new Unseen(Blind.Unreachable, $"{silent.Name} gives no answer while the store of revoked tokens is away: whether it would refuse cannot be told")
                : new Unseen(Blind.Unreadable, "everybody was refused at the end of \"wait\" only, and not for as long as \"settle\" asks: whether it stays so cannot be told");
        seen = seen.With("closed_when_store_is_down", IsSettled()).With("open_when_store_is_down", Value.Texts(open));
        if (IsSettled() && since is { } closed) seen = seen.With("time_to_close", HttpProbe.Seconds(closed));
        await _up.Pull(_context, cancel);
        scratch.Undone(undo);
        var back = await Until(async () => (await Task.WhenAll(doors.Select(door => door.Try(control, cancel)))).All(answer => answer.Was == Admission.Accepted), wait, cancel);
        var revoked = await Task.WhenAll(doors.Select(door => door.Try(token, cancel)));
        return seen.With("back_with_the_store", back && revoked.All(answer => answer.Was == Admission.Refused));
    }

    /// <summary>Any error is a refusal here; only whoever says nothing may be gone altogether.</summary>
    static bool IsClosed((Admission Was, int Status) answer) => answer.Was != Admission.Accepted && answer.Status >= 400;

    async Task<bool> Until(Func<Task<bool>> so, TimeSpan wait, CancellationToken cancel) => await Waiting.Until(so, wait, _context, cancel) is not null;
}
