using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads what a user says over a WebSocket.</summary>
static class SocketReader
{
    const int MostMessages = 1000;

    public static SocketTalk Read(FormKeys keys, StepScope scope)
    {
        var messages = ImmutableArray.CreateBuilder<Template>();
        if (keys.Take("send") is { } said)
        {
            var items = said is Value.Items list ? list.Are : [said];
            if (items.Length > MostMessages) keys.Wrong("send", $"There are {items.Length} messages.", $"Write at most {MostMessages}.");
            for (var i = 0; i < items.Length; i++)
            {
                var at = said is Value.Items ? FormPlaces.Within(keys.At("send"), i) : keys.At("send");
                if (items[i] is Value.Fields or Value.Items) messages.Add(TemplateReader.Read(CanonicalJson.Text(items[i]), TemplatePlace.Json, at, scope));
                else if (FormTyped.Text(items[i], at, keys.Problems) is { } text) messages.Add(TemplateReader.Read(text, TemplatePlace.Raw, at, scope));
            }
        }

        var (awaits, stay) = (keys.Truth("await"), keys.Duration("stay", FormTyped.LongestRun, zero: true));
        if (awaits && messages.Count == 0) keys.Wrong("await", "There is no message whose answer could be awaited.", "Write send: [ hello ].");
        return new(messages.DrainToImmutable(), awaits, keys.Pause("between"), stay ?? TimeSpan.Zero);
    }
}
