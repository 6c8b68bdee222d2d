using Muster.Telemetry.Promql.Ast;

namespace Muster.Telemetry.Promql.Evaluation;

/// <summary>What is experimental upstream and is not answered here: said, not guessed.</summary>
sealed partial class Evaluator
{
    static List<Track> Smoothed(VectorSelector selector, Frame frame) => throw NotHere("the smoothed modifier", selector);

    static void SlideExtended(MatrixSelector selector, Frame frame, Looked look, List<Track> into, bool dropsName) => throw NotHere("the anchored and smoothed modifiers", selector);

    static List<Track> WithInfo(Call call, Frame frame) => throw NotHere("info()", call);

    static QueryProblem NotHere(string what, Expression node) => new(QueryProblemKind.BadData, $"{what}: experimental in PromQL, and not supported here", node.Place);
}
