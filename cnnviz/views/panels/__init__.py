"""The panels below the stage."""
