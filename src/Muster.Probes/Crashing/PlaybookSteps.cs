using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes;

/// <summary>One step as the document writes it.</summary>
sealed record PlaybookStep(string Name)
{
    public const int Most = 50;
    static readonly TimeSpan LongestWithin = TimeSpan.FromMinutes(30);
    static readonly string[] Known = ["name", "says", "get", "head", "post", "put", "patch", "delete", "json", "read", "is", "status", "pull", "record", "lowers", "raises", "becomes", "within", "always"];

    public RequestTemplate? Request { get; private init; }
    public int? Status { get; private init; }
    public (string Name, Lever Lever)? Pull { get; private init; }
    public ImmutableArray<string> Record { get; private init; } = [];
    public ImmutableArray<string> Lowers { get; private init; } = [];
    public ImmutableArray<string> Raises { get; private init; } = [];
    public ImmutableArray<(string Name, double To)> Becomes { get; private init; } = [];
    public TimeSpan Within { get; private init; }
    public bool Always { get; private init; }

    public bool Acts => Request is not null || Pull is not null;

    public string Action => Request is { } request ? $"{request.Method} {request.Path}" : Pull is { } pull ? $"{pull.Name}: {pull.Lever.Says}" : "take down";

    public static ImmutableArray<PlaybookStep> All(Given given, IReadOnlyCollection<string> watched)
    {
        if (given["play"] is not Value.Items { Are: [_, ..] and var written } || written.Length > Most) throw Given.Wrong("play", $"is no list of 1 to {Most} steps");
        var levers = given["levers"] switch { null => Value.Fields.Empty, Value.Fields map => map, _ => throw Given.Wrong("levers", "is no map") };
        ImmutableArray<PlaybookStep> steps = [.. written.Select(step => Of(step as Value.Fields ?? throw Given.Wrong("play", "has a step that is no map"), levers, watched))];
        if (steps.Select(step => step.Name).Distinct(StringComparer.Ordinal).Count() < steps.Length) throw Given.Wrong("play", "has two steps of one name");
        return steps;
    }

    static PlaybookStep Of(Value.Fields map, Value.Fields levers, IReadOnlyCollection<string> watched)
    {
        var name = map.Text("name") ?? throw Given.Wrong("play", "has a step without a name");
        if (map.Select(field => field.Key).FirstOrDefault(key => !Known.Contains(key)) is { } odd) throw Given.Wrong("play", $"has in \"{name}\" a key that there is none of: {odd}");
        ImmutableArray<string> Names(string key) => map[key] switch
        {
            null => [],
            Value.Text text => [Watched(text.Is)],
            Value.Items items => [.. items.Are.Select(item => Watched(item.Text() ?? ""))],
            _ => throw Given.Wrong("play", $"has in \"{name}\" under {key} no list of names"),
        };
        string Watched(string said) => watched.Contains(said) ? said : throw Given.Wrong("play", $"names in \"{name}\" what is not watched: {said}");
        var requests = map.Where(field => field.Key is "get" or "head" or "post" or "put" or "patch" or "delete" or "json" or "read" or "is").ToList();
        var pull = map.Text("pull");
        if (requests.Count > 0 && pull is not null) throw Given.Wrong("play", $"has in \"{name}\" two actions; make two steps of it");
        return new(name)
        {
            Request = requests.Count == 0 ? null : RequestTemplate.Of(new Value.Fields(requests), "play"),
            Status = map["status"] switch { null => null, Value.Number { Is: >= 100 and <= 599 and var status } => (int)status, _ => throw Given.Wrong("play", $"has in \"{name}\" a status that is none") },
            Pull = pull is null ? null : (pull, Lever.Read(new Given(new Asked("", "", Value.Of((pull, levers[pull] ?? throw Given.Wrong("levers", $"has no \"{pull}\""))))), pull)!),
            Record = Names("record"), Lowers = Names("lowers"), Raises = Names("raises"),
            Becomes = map["becomes"] switch
            {
                null => [],
                Value.Fields to => [.. to.Select(field => (Watched(field.Key), field.Value is Value.Number number ? number.Is : throw Given.Wrong("play", $"has in \"{name}\" under becomes no number for {field.Key}")))],
                _ => throw Given.Wrong("play", $"has in \"{name}\" under becomes no map"),
            },
            Within = TimeSpan.FromSeconds(map["within"] switch
            {
                null => 10,
                Value.Number { Is: >= 0 and var number } when number <= LongestWithin.TotalSeconds => number,
                Value.Text text when Quantity.TryRead(text.Is, Shape.Duration, out var number, out _) && number >= 0 && number <= LongestWithin.TotalSeconds => number,
                _ => throw Given.Wrong("play", $"has in \"{name}\" under within no time up to {LongestWithin.TotalMinutes} minutes"),
            }),
            Always = map["always"] is Value.Truth { Is: true },
        };
    }
}
