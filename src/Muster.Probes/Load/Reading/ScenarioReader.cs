using System.Collections.Immutable;
using Muster.Readiness;

namespace Muster.Probes.Load;

/// <summary>Reads one scenario: how its iterations begin, and what one of them is.</summary>
static class ScenarioReader
{
    const int MostRequests = 1000;
    const int MostTags = 50;
    public const int MostUsers = 100_000;
    static readonly System.Buffers.SearchValues<char> NameLetters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

    public static bool IsName(string text) => text.Length is > 0 and <= 64 && text.AsSpan().IndexOfAnyExcept(NameLetters) < 0;

    public static Scenario? Read(string name, FormKeys keys, PlanScope plan)
    {
        var model = ModelReader.Read(keys);
        var data = DataReader.Read(keys.Inner("data"), plan);
        var scope = new StepScope(plan, data);
        var (start, warmUp) = (keys.Duration("start", FormTyped.LongestRun, zero: true) ?? TimeSpan.Zero, keys.Duration("warm_up", FormTyped.LongestRun, zero: true) ?? TimeSpan.Zero);
        var users = keys.Whole("max_vus", 1, MostUsers);
        var scenario = new Scenario
        {
            Name = name,
            Model = model ?? new LoadModel.ConstantUsers(1, TimeSpan.FromSeconds(1)),
            Requests = [],
            Start = start,
            WarmUp = warmUp,
            GracefulStop = keys.Duration("graceful_stop", TimeSpan.FromHours(1), zero: true) ?? TimeSpan.FromSeconds(30),
            MostUsers = (int)(users ?? 1000),
            Think = keys.Pause("think"),
            Tags = Tags(keys.Inner("tags")),
            Cookies = keys.Truth("cookies"),
            Data = [.. data],
        };
        scenario = scenario with { Requests = Requests(keys, scope) };
        keys.Done("a scenario");
        if (model is null) return null;
        if (users is not null && !model.IsOpen) keys.Wrong("max_vus", "\"max_vus\" bounds the users of a rate, and this scenario has users of its own.", "Leave it out; vus says how many users there are.");
        if (warmUp >= model.Lasts && warmUp > TimeSpan.Zero) keys.Wrong("warm_up", $"The warm-up of {Quantity.Show(warmUp)} leaves nothing of the {Quantity.Show(model.Lasts)} to measure.", "Make the warm-up shorter or the scenario longer.");
        else if (model is LoadModel.StepTest steps && warmUp >= steps.Each) keys.Wrong("warm_up", $"The warm-up of {Quantity.Show(warmUp)} leaves nothing of the first step.", "Make it shorter than one step.");
        return scenario;
    }

    public static ImmutableSortedDictionary<string, string> Tags(FormKeys? keys)
    {
        var tags = ImmutableSortedDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        if (keys is null) return tags.ToImmutable();
        if (keys.Fields.Count > MostTags) keys.Wrong("", $"There are {keys.Fields.Count} tags.", $"Write at most {MostTags}.");
        foreach (var (name, value) in keys.Fields)
        {
            var at = keys.At(name);
            if (!IsName(name)) keys.Problems.Add(at, $"\"{Bounded.Start(name, 80)}\" cannot be a tag's name.", "Use up to 64 letters, digits, \".\", \"_\" and \"-\".");
            else if (name is "scenario" or "name" or "method" or "status" or "expected_response") keys.Problems.Add(at, $"The tag \"{name}\" is set by the engine itself.", "Choose another name.");
            else if (FormTyped.Text(value, at, keys.Problems) is { } text)
            {
                if (text.Length is 0 or > 200 || text.AsSpan().IndexOfAny(",{}") >= 0 || text.Contains("$(", StringComparison.Ordinal) || text.Any(char.IsControl)) keys.Problems.Add(at, $"\"{Bounded.Start(text, 80)}\" cannot be a tag's value.", "Use up to 200 characters, without \",\", \"{\", \"}\" and placeholders.");
                else tags[name] = text;
            }
        }

        return tags.ToImmutable();
    }

    static ImmutableArray<RequestStep> Requests(FormKeys keys, StepScope scope)
    {
        var single = RequestReader.Begins(keys);
        if (!keys.Has("requests"))
        {
            if (single) return [RequestReader.Read(keys, scope, [], single: true)];
            keys.Wrong("", "There is no request.", "Write get: / for a single one, or requests: [ { get: / }, { post: /orders, json: { … } } ].");
            return [];
        }

        if (single) keys.Wrong("requests", "There is a request in the scenario beside the list of requests.", "Put it into the list.");
        if (keys.Take("requests") is not { } value) return [];
        if (value is not Value.Items { Are: var items })
        {
            keys.Wrong("requests", $"There is {FormTyped.Named(value)} where a list was expected.", "Write each request behind a \"-\".");
            return [];
        }

        if (items.IsEmpty || items.Length > MostRequests)
        {
            keys.Wrong("requests", items.IsEmpty ? "There is no request." : $"There are {items.Length} requests.", items.IsEmpty ? "Write - get: /." : $"Write at most {MostRequests}.");
            return [];
        }

        var names = new HashSet<string>(StringComparer.Ordinal);
        var read = ImmutableArray.CreateBuilder<RequestStep>(items.Length);
        for (var i = 0; i < items.Length; i++)
            if (FormKeys.Map(items[i], FormPlaces.Within(keys.At("requests"), i), scope.Problems) is { } inner) read.Add(RequestReader.Read(inner, scope, names, single: false));
        return read.DrainToImmutable();
    }
}
