using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// Any store by two programs of the user's. The one that writes reads <c>id digest</c>, a line for each write, and prints the id once it is acknowledged, or <c>!id</c> where it is refused;
/// the one that reads prints <c>id digest</c>, a line for each that is there.
/// </summary>
sealed class CommandKeeper(Given given, ProbeContext context) : Keeper
{
    const int MostLine = 4096, MostOutput = 16 * 1024 * 1024;
    readonly Scratch _scratch = Scratch.Begin(context, "crash.recovery");

    public override string Name => "command";

    public override string Place => "what the program of \"write\" wrote";

    string[] Program(string name)
    {
        if (!context.MayRunCommands) throw new Unseen(Blind.NoConsent, "commands are not allowed in this run; allow them where muster is called");
        string[] words = [.. given.Texts(name)];
        if (words is not [{ Length: > 0 }, ..]) throw Given.Wrong(name, "is no list of a program and its arguments");
        if (words[0].Contains('/', StringComparison.Ordinal)) words[0] = Path.GetFullPath(Path.Combine(context.Folder, words[0]));
        return words;
    }

    public override async Task Begin(CancellationToken cancel)
    {
        if ((await Read(cancel)).Count > 0) throw new Unseen(Blind.BadQuestion, "the place is not empty, so that it could not be told what was written by others; give it one of its own");
    }

    public override bool Cleans => false;

    public override Task End(CancellationToken cancel) => Task.CompletedTask;

    public override Task<Writer> Open(CancellationToken cancel)
    {
        var program = Program("write");
        return Task.FromResult<Writer>(new Lines(_scratch.Start(program[0], program[1..], feeds: true, reads: true)));
    }

    public override async Task<IReadOnlyList<Kept>> Read(CancellationToken cancel)
    {
        var program = Program("read");
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var tool = _scratch.Start(program[0], program[1..], reads: true);
        var (text, buffer) = (new MemoryStream(), new byte[16 * 1024]);
        for (int got; (got = await tool.Output.ReadAsync(buffer, cancel)) > 0;)
        {
            text.Write(buffer, 0, got);
            if (text.Length > MostOutput) throw new Unseen(Blind.TooLarge, $"{program[0]} prints more than {MostOutput} bytes");
        }

        if (await tool.Exit(cancel) is not 0 and var exit) throw new Unseen(Blind.Unreadable, $"{program[0]} came to {exit}: {tool.Words}");
        return [.. Parse(Encoding.UTF8.GetString(text.ToArray()))];
    }

    /// <summary>A line for each: its id, and behind a blank its digest.</summary>
    internal static IEnumerable<Kept> Parse(string text) =>
        from line in text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let words = line.Split((char[])[' ', '\t'], 2, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        where words.Length > 0
        select new Kept(words[0], words.Length == 2 ? words[1] : null);

    public override async Task<bool> IsReady(CancellationToken cancel)
    {
        // The program that reads is the one that knows.
        await Read(cancel);
        return true;
    }

    public override Task<Value> Identity(CancellationToken cancel) => Task.FromResult<Value>(Value.Of(("write", Value.Texts(given.Texts("write"))), ("read", Value.Texts(given.Texts("read")))));

    public override ValueTask DisposeAsync() => _scratch.DisposeAsync();

    sealed class Lines(Tool tool) : Writer
    {
        readonly StreamReader _answers = new(tool.Output, Encoding.UTF8);

        public override async Task<bool> Write(string id, string digest, CancellationToken cancel)
        {
            await tool.Input.WriteAsync(Encoding.ASCII.GetBytes($"{id} {digest}\n"), cancel);
            await tool.Input.FlushAsync(cancel);
            var line = await Line(cancel);
            return line == id || (line == "!" + id ? false : throw new Unseen(Blind.Unreadable, $"{tool.Name} says what is neither the id nor ! and the id: {Bounded.Start(line, 60)}"));
        }

        async Task<string> Line(CancellationToken cancel)
        {
            var line = new StringBuilder();
            var letter = new char[1];
            while (await _answers.ReadAsync(letter, cancel) == 1)
                if (letter[0] == '\n') return line.ToString().Trim();
                else if (line.Append(letter[0]).Length > MostLine) throw new Unseen(Blind.TooLarge, $"{tool.Name} prints a line of more than {MostLine} characters");
            throw new Unseen(Blind.Unreachable, $"{tool.Name} ended: {tool.Words}");
        }

        public override async ValueTask DisposeAsync()
        {
            await tool.Stop(Signal.Terminate, TimeSpan.FromSeconds(2));
            _answers.Dispose();
        }
    }
}
