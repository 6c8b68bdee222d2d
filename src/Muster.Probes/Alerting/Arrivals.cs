using System.Text;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>
/// What arrived where people or programs get their messages: a Maildir beside the document, or an HTTP page of whoever takes the messages, which lists them as JSON.
/// A message counts when it bears all of the words that are looked for.
/// </summary>
sealed class Arrivals
{
    const int MostMessages = 20_000;
    const int MostMessage = 1024 * 1024;
    readonly Func<string[], CancellationToken, Task<List<string>>> _read;

    Arrivals(string says, Func<string[], CancellationToken, Task<List<string>>> read) => (Says, _read) = (says, read);

    /// <summary>Where it is, for messages.</summary>
    public string Says { get; }

    /// <param name="given">The target: the URL of a page that lists what arrived, or the path of a Maildir. <c>read</c> points to the list within the page.</param>
    public static async Task<Arrivals> Of(Given given, ProbeContext context, CancellationToken cancel)
    {
        var place = given.Target;
        if (place.Contains("://", StringComparison.Ordinal))
        {
            var (api, pointer) = (await HttpApi.Of(given, context, cancel), given.Text("read"));
            return new(place, async (words, stop) => Listed(await api.Get(given.Text("page") ?? "/", stop), pointer, words));
        }

        var folder = FolderWall.Within(context.Folder, place, context.MayLeaveFolder);
        return new(place, (words, stop) => Task.Run(() => Maildir(folder, words, stop), stop));
    }

    /// <summary>The messages that bear every word, each as text, in the order of arrival as far as it is known.</summary>
    public Task<List<string>> With(string[] words, CancellationToken cancel) => _read(words, cancel);

    /// <summary>Whether a message is the end of an alert rather than its beginning, as Alertmanager writes it.</summary>
    public static bool IsResolved(string message) =>
        message.Contains("\"status\":\"resolved\"", StringComparison.Ordinal) && !message.Contains("\"status\":\"firing\"", StringComparison.Ordinal) || message.Contains("[RESOLVED]", StringComparison.Ordinal);

    static List<string> Listed(Value page, string? pointer, string[] words)
    {
        var list = pointer is null ? page : JsonPointer.Find(page, pointer) ?? throw new Unseen(Blind.Unreadable, $"the page of what arrived has nothing at {pointer}");
        if (list is not Value.Items items) throw new Unseen(Blind.Unreadable, "the page of what arrived is no list; say with \"read\" where it is");
        if (items.Are.Length > MostMessages) throw TooMany("the page of what arrived lists");
        return [.. items.Are.Select(message => message is Value.Text text ? text.Is : CanonicalJson.Text(message)).Where(message => words.All(word => message.Contains(word, StringComparison.Ordinal)))];
    }

    static List<string> Maildir(string folder, string[] words, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) return []; // Some servers make it with the first mail.
        var found = new List<(DateTime At, string Text)>();
        var buffer = new byte[MostMessage];
        var mails = 0;
        foreach (var part in (string[])["new", "cur"])
        {
            var place = Path.Combine(folder, part);
            if (!Directory.Exists(place)) continue;
            foreach (var file in new DirectoryInfo(place).EnumerateFiles())
            {
                cancel.ThrowIfCancellationRequested();
                if (++mails > MostMessages) throw TooMany("the mailbox has");
                try
                {
                    if (Bearing(Beginning(file.FullName, buffer), words) is { } text) found.Add((file.LastWriteTimeUtc, text));
                }
                catch (FileNotFoundException) { continue; } // Read by somebody, who moves it.
            }
        }

        return [.. found.OrderBy(one => one.At).Select(one => one.Text)];
    }

    /// <summary>The headers and the first words of a mail stand at its beginning; what is attached comes behind.</summary>
    static ReadOnlySpan<byte> Beginning(string path, byte[] buffer)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        return buffer.AsSpan(0, file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false));
    }

    /// <summary>The mail as one reads it, or as it is written where only that bears the words; null where neither does.</summary>
    static string? Bearing(ReadOnlySpan<byte> mail, string[] words)
    {
        var read = MailText.Of(mail);
        if (words.All(word => read.Contains(word, StringComparison.Ordinal))) return read;
        var written = Encoding.UTF8.GetString(mail);
        return words.All(word => written.Contains(word, StringComparison.Ordinal)) ? written : null;
    }

    static Unseen TooMany(string what) => new(Blind.TooLarge, $"{what} more than the {MostMessages} messages that are read; give it a place of its own, or take out what is old");
}
