using System.Text.RegularExpressions;
using Microsoft.ML.OnnxRuntime;

namespace EmbedPlatform.Inference.Execution;

/// <summary>
/// ONNX Runtime's error messages in one readable line: without error codes, source locations and the model path, which the caller adds.
/// </summary>
internal static partial class OnnxRuntimeMessage
{
    public static string From(Exception failure) =>
        failure is OnnxRuntimeException
            ? Frame().Replace(failure.Message.ReplaceLineEndings(" "), "").Trim().TrimEnd('.') + "."
            : failure.Message;

    [GeneratedRegex(
        @"\[ErrorCode:\w+\] |Load model from .*? failed: ?|Non-zero status code returned while |Status Message: |"
            + @"/\S*onnxruntime\S*:\d+ .*?\) (?=\S)|Exception during initialization: "
    )]
    private static partial Regex Frame();
}
