package io.wasmchord.web;

/** How far a model has come; each stage has only what is possible then, and makes the next. */
sealed interface EngineStage
    permits PendingHeader, ModelHeader, PlannedModel, PlacedModel, LoadedEngine {}
