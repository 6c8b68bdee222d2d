using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// The place of one exercise: a folder, and whatever was started or switched in its name. Nothing of it outlives the look; and since Muster itself can be killed in the middle, what would have to be
/// undone is written down before it is done, and <see cref="Scratches"/> finds it at the next start. Processes are found by a mark in their environment that their children inherit.
/// </summary>
sealed class Scratch : IAsyncDisposable
{
    /// <summary>A server that stops in order needs a while; after that it is made to end.</summary>
    static readonly TimeSpan LongestStop = TimeSpan.FromSeconds(10);
    static readonly TimeSpan LongestHere = TimeSpan.FromSeconds(5);
    readonly ProbeContext _context;
    readonly ScratchRecord _record;
    readonly Leftovers _leftovers = new();
    readonly List<Tool> _tools = [];
    readonly List<(string Id, WayBack Way, Func<CancellationToken, Task>? Here)> _undo = [];

    Scratch(ProbeContext context, string folder, string kind, string? user)
    {
        (_context, Folder, User) = (context, folder, user);
        _record = new(Path.Combine(folder, ScratchRecord.Name), kind, Instant.Cut(context.Clock.GetUtcNow()), LiveProcess.Of(Environment.ProcessId), _leftovers.Mark);
    }

    /// <summary>Where the exercise may write; empty at first.</summary>
    public string Folder { get; }

    /// <summary>Whom tools run as where Muster is root and the tool refuses that; null for whoever runs Muster.</summary>
    public string? User { get; }

    /// <summary>The mark that everything started here carries.</summary>
    internal string Mark => _leftovers.Mark;

    /// <param name="kind">For whoever finds it later.</param>
    /// <param name="under">The folder in which it is made; null for the root that the runner was given.</param>
    /// <param name="user">An account of this machine that servers run as if Muster is root, since several refuse root; ignored otherwise.</param>
    /// <exception cref="Unseen">No such folder can be made.</exception>
    public static Scratch Begin(ProbeContext context, string kind, string? under = null, string? user = null)
    {
        if (!OperatingSystem.IsLinux()) throw new Unseen(Blind.NotCapable, $"{kind} works on Linux only");
        try
        {
            var root = Scratches.Root(under ?? context.ScratchRoot);
            var folder = Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6))}"));
            Directory.CreateDirectory(folder);
            var scratch = new Scratch(context, folder, kind, Environment.IsPrivilegedProcess ? user : null);
            scratch._record.Write([]);
            return scratch;
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException) { throw new Unseen(Blind.NotCapable, $"no scratch folder: {refused.Message}", refused); }
    }

    /// <summary>A folder in it that the tools' user owns.</summary>
    public string Make(string name)
    {
        var path = Path.Combine(Folder, name);
        // What is restored and decrypted there is nobody else's to read.
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Own(path);
        return path;
    }

    /// <summary>Hands a file or folder to the tools' user, where that is another.</summary>
    public void Own(string path)
    {
        if (User is null || OperatingSystem.IsWindows()) return;
        // Its parents must let that user through, and nobody else may list them.
        foreach (var parent in (string[])[Path.GetDirectoryName(Folder)!, Folder]) File.SetUnixFileMode(parent, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        using var chown = Process.Start(new ProcessStartInfo("chown", ["-R", User + ":", path]) { RedirectStandardError = true })!;
        var said = chown.StandardError.ReadToEnd();
        chown.WaitForExit();
        if (chown.ExitCode != 0) throw new Unseen(Blind.NotCapable, $"{path} cannot be handed to {User}: {said.Trim()}");
    }

    /// <summary>Starts a program in this folder; it and all that it starts are ended with the exercise at the latest.</summary>
    /// <exception cref="Unseen">There is no such program, or it may not be started.</exception>
    public Tool Start(string program, IEnumerable<string> arguments, IEnumerable<(string Name, string Text)>? environment = null, bool feeds = false, bool reads = false)
    {
        var tool = Tool.Start(this, program, arguments, environment ?? [], feeds, reads);
        lock (_tools) _tools.Add(tool);
        return tool;
    }

    /// <summary>Runs a program to its end and gives what it said; its words are bounded.</summary>
    public async Task<(int ExitCode, string Words)> Run(string program, IEnumerable<string> arguments, CancellationToken cancel, IEnumerable<(string Name, string Text)>? environment = null)
    {
        var tool = Start(program, arguments, environment);
        return (await tool.Exit(cancel), tool.Words);
    }

    /// <summary>
    /// Writes down how something is undone; to be called before it is done, and <see cref="Undone"/> when it was undone.
    /// What is still open when the exercise ends, in whatever way, is undone then.
    /// </summary>
    /// <param name="here">The same as this look can do it, with the credentials that are written nowhere; tried first.</param>
    /// <returns>Names it for <see cref="Undone"/>.</returns>
    /// <exception cref="Unseen">It cannot be written down, and so must not be done.</exception>
    public string Undoing(WayBack way, Func<CancellationToken, Task>? here = null)
    {
        if (_context.CarriesSecret(way.Says)) throw new Unseen(Blind.BadQuestion, "what undoes the fault carries a secret, and would be written down; let it read the secret itself");
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        lock (_undo) _undo.Add((id, way, here));
        try { Write(); }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            lock (_undo) _undo.RemoveAll(one => one.Id == id);
            throw new Unseen(Blind.NotCapable, $"what undoes the fault cannot be written down, so that nothing is done: {refused.Message}", refused);
        }

        return id;
    }

    public void Undone(string id)
    {
        lock (_undo) _undo.RemoveAll(one => one.Id == id);
        Write();
    }

    void Write()
    {
        lock (_undo) _record.Write([.. _undo.Select(one => one.Way)]);
    }

    public async ValueTask DisposeAsync()
    {
        (string Id, WayBack Way, Func<CancellationToken, Task>? Here)[] open;
        lock (_undo) open = [.. _undo];
        // The last thing done is undone first.
        List<string> kept = [];
        foreach (var (id, way, here) in open.Reverse())
            if (await Went(here) || await way.Go(_context, CancellationToken.None))
                try { Undone(id); }
                catch (Exception full) when (full is IOException or UnauthorizedAccessException) { continue; } // What stands there too long is undone twice; what follows must be undone all the same.
            else kept.Add(way.Says);
        Tool[] tools;
        lock (_tools) tools = [.. _tools];
        await Task.WhenAll(tools.Select(tool => tool.Stop(Signal.Terminate, LongestStop)));
        foreach (var tool in tools) tool.Dispose();
        _leftovers.End();
        // What could not be undone stays written down, so that the next start says so and tries again.
        if (kept.Count == 0) Scratches.Delete(Folder);
        foreach (var says in kept) _context.Tell($"could not be undone, and is tried again by the next start: {says}");
    }

    async Task<bool> Went(Func<CancellationToken, Task>? here)
    {
        if (here is null) return false;
        using var limit = new CancellationTokenSource(LongestHere, _context.Clock);
        try
        {
            await here(limit.Token);
            return true;
        }
        catch (Exception failed) when (failed is Unseen or OperationCanceledException or HttpRequestException or IOException or SocketException) { return false; } // The written way is left.
    }
}
