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
        return [.. items.Are.Take(MostMessages).Select(message => message is Value.Text text ? text.Is : CanonicalJson.Text(message)).Where(message => words.All(word => message.Contains(word, StringComparison.Ordinal)))];
    }

    static List<string> Maildir(string folder, string[] words, CancellationToken cancel)
    {
        if (!Directory.Exists(folder)) return []; // Some servers make it with the first mail.
        var found = new List<(DateTime At, string Text)>();
        foreach (var part in (string[])["new", "cur"])
        {
            var place = Path.Combine(folder, part);
            if (!Directory.Exists(place)) continue;
            foreach (var file in new DirectoryInfo(place).EnumerateFiles().Take(MostMessages))
            {
                cancel.ThrowIfCancellationRequested();
                if (file.Length > MostMessage) continue;
                try
                {
                    // Soft line breaks of quoted-printable fall anywhere, also within a word that is looked for.
                    var text = File.ReadAllText(file.FullName, Encoding.UTF8).Replace("=\r\n", "", StringComparison.Ordinal).Replace("=\n", "", StringComparison.Ordinal);
                    if (words.All(word => text.Contains(word, StringComparison.Ordinal))) found.Add((file.LastWriteTimeUtc, text));
                }
                catch (FileNotFoundException) { continue; } // Read by somebody, who moves it.
            }
        }

        return [.. found.OrderBy(one => one.At).Select(one => one.Text)];
    }
}
