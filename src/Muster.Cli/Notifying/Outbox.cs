using System.Globalization;

namespace Muster.Cli;

/// <summary>
/// Messages on their way out, one file each in <c>.muster/outbox</c>, named by their order. A message is there before it is sent and goes when its receiver took it, so that neither a
/// crash nor a receiver that is down for hours loses one. Bounded in number, size and age: the oldest are dropped, counted, and the count is told.
/// </summary>
sealed class Outbox(string state)
{
    public const int MostMessages = 1000;
    const int LargestFile = 4 * Message.Largest;
    public static readonly TimeSpan MostAge = TimeSpan.FromDays(7);

    readonly string _folder = Path.Combine(state, "outbox");

    /// <summary>Held while messages are put in or sent; two processes would send one twice and out of order.</summary>
    public HeldFile? Hold() => HeldFile.Take(LockPath);

    public string LockPath => Path.Combine(_folder, "lock");

    /// <summary>What is remembered; anew where it is not there or cannot be read, which at worst tells a verdict twice.</summary>
    public RoundsState Rounds => Read(Path.Combine(_folder, "rounds.state")) is { } bytes && RoundsState.Read(bytes) is { } known ? known : new();

    public void Remember(RoundsState remembered) => Write("rounds.state", remembered.Bytes());

    public DeliveryState Deliveries => Read(Path.Combine(_folder, "delivery.state")) is { } bytes && DeliveryState.Read(bytes) is { } known ? known : new();

    public void Remember(DeliveryState remembered) => Write("delivery.state", remembered.Bytes());

    /// <summary>Messages that were never delivered and never will be.</summary>
    public long Dropped => Rounds.Dropped + Deliveries.Dropped;

    /// <summary>The waiting messages, the oldest first. A file that is none stands with null: whoever delivers drops it.</summary>
    public IEnumerable<(string File, Message? Message)> Waiting() =>
        Files().Select(file => (file, Read(Path.Combine(_folder, file)) is { } bytes ? Message.Read(bytes) : null));

    IEnumerable<string> Files() => !Directory.Exists(_folder) ? [] :
        Directory.EnumerateFiles(_folder, "*.json").Select(file => Path.GetFileName(file)!).Where(name => Sequence(name) is not null).OrderBy(name => Sequence(name));

    /// <summary>Puts a message in, durable when it returns; unless its id waits already. The answer is how many older ones had to go.</summary>
    public int Put(Message message)
    {
        var waiting = Waiting().ToList();
        if (waiting.Exists(one => one.Message?.Id == message.Id)) return 0;
        var next = waiting.Count == 0 ? 1 : Sequence(waiting[^1].File)!.Value + 1;
        Write(next.ToString("D12", CultureInfo.InvariantCulture) + ".json", message.Bytes());
        var tooMany = waiting.Take(Math.Max(0, waiting.Count + 1 - MostMessages)).ToList();
        foreach (var (file, _) in tooMany) Remove(file);
        return tooMany.Count;
    }

    public void Replace(string file, Message message) => Write(file, message.Bytes());

    public void Remove(string file) => File.Delete(Path.Combine(_folder, file));

    static long? Sequence(string name) =>
        long.TryParse(name.AsSpan(0, Math.Max(0, name.Length - ".json".Length)), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static byte[]? Read(string path)
    {
        try { return new FileInfo(path) is { Exists: true, Length: <= LargestFile } ? File.ReadAllBytes(path) : null; }
        catch (FileNotFoundException) { return null; } // another process delivered it just now
    }

    void Write(string name, byte[] bytes)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, name);
        using (var file = new FileStream(path + ".part", FileMode.Create, FileAccess.Write))
        {
            file.Write(bytes);
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".part", path, overwrite: true);
    }
}
