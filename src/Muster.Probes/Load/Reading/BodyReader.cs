using System.Text;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads what a request carries: <c>json</c>, <c>form</c>, <c>body</c> as text, or a <c>file</c> as it is.</summary>
static class BodyReader
{
    const int LargestFile = 64 << 20;
    static readonly string[] Kinds = ["json", "form", "body", "file"];

    /// <summary>The body, and the content type that goes with it unless a header says another.</summary>
    public static (Template? Body, string? Type) Read(FormKeys keys, StepScope scope)
    {
        string[] said = [.. Kinds.Where(keys.Has)];
        if (said.Length == 0) return (null, null);
        if (said.Length > 1) keys.Wrong(said[1], $"\"{said[0]}\" and \"{said[1]}\" stand in one request.", "Keep one of them.");
        var at = keys.At(said[0]);
        switch (said[0])
        {
            case "json":
                var json = keys.Fields["json"]!; // JSON's null is a body too
                PlainKeys(json, at, scope);
                return (TemplateReader.Read(CanonicalJson.Text(json), TemplatePlace.Json, at, scope), "application/json");
            case "form": return (Form(keys.Inner("form"), scope), "application/x-www-form-urlencoded");
            case "body": return (keys.Text("body") is { } text ? TemplateReader.Read(text, TemplatePlace.Raw, at, scope) : null, "text/plain; charset=utf-8");
            default: return (keys.Text("file") is { } name ? File(name, at, scope) : null, null);
        }
    }

    static Template? Form(FormKeys? keys, StepScope scope)
    {
        if (keys is null) return null;
        var segments = System.Collections.Immutable.ImmutableArray.CreateBuilder<Segment>();
        foreach (var (name, value) in keys.Fields)
        {
            if (FormTyped.Text(value, keys.At(name), keys.Problems) is not { } text) continue;
            segments.Add(new Segment.Bytes(Encoding.ASCII.GetBytes($"{(segments.Count == 0 ? "" : "&")}{Uri.EscapeDataString(name)}=")));
            segments.AddRange(TemplateReader.Segments(text, TemplatePlace.Percent, keys.At(name), scope, Uri.EscapeDataString));
        }

        return Template.Of(segments.DrainToImmutable(), TemplatePlace.Percent);
    }

    static Template? File(string name, string at, StepScope scope)
    {
        var (bytes, why) = scope.Plan.Folder.Read(name, LargestFile);
        if (bytes is null) scope.Problems.Add(at, why, "Name a file beside the scenario.");
        else if (DataReader.Holds(scope.Plan, bytes.Length, at)) return Template.Of(bytes);
        return null;
    }

    static void PlainKeys(Value value, string at, StepScope scope)
    {
        switch (value)
        {
            case Value.Items items:
                for (var i = 0; i < items.Are.Length; i++) PlainKeys(items.Are[i], FormPlaces.Within(at, i), scope);
                break;
            case Value.Fields fields:
                foreach (var (name, inner) in fields)
                {
                    if (name.Contains("$(", StringComparison.Ordinal)) scope.Problems.Add(FormPlaces.Within(at, name), "A key cannot hold a placeholder.", "Put it into the value, or write the whole as body: text.");
                    PlainKeys(inner, FormPlaces.Within(at, name), scope);
                }

                break;
        }
    }
}
